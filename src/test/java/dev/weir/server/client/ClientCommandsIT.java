// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.weir.testing.CommandRun;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that ask a server, against one that runs. */
final class ClientCommandsIT {

  private static final Path H264 = Path.of("media-samples/h264-aac.mkv");

  @TempDir static Path data;
  private static RunningWeir weir;

  @TempDir Path folder;

  @BeforeAll
  static void record() {
    weir = new RunningWeir(data.resolve("data"));
    for (String start : List.of("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")) {
      push("cam", H264, start);
    }
    push("doorbell", Path.of("media-samples/opus.webm"), "2026-01-01T00:00:00Z");
  }

  private static void push(String stream, Path file, String start) {
    HttpResponse<String> answer = weir.push(stream, file, "?timecodes=relative&start=" + start);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    weir.close();
  }

  private static CommandRun run(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--server", weir.url("")));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static String output(String... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.errors()).isEmpty();
    assertThat(run.status()).isZero();
    return run.output();
  }

  private static List<JsonNode> json(String... arguments) throws IOException {
    var lines = new ArrayList<JsonNode>();
    for (String line : output(arguments).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void streamsAreListedInColumns() {
    assertThat(output("streams").lines())
        .satisfiesExactly(
            head -> assertThat(head).matches("name +live +fragments +size +from +to +tracks"),
            cam ->
                assertThat(cam)
                    .matches(
                        "cam +8 +[0-9.]+ kB +2026-01-01T00:00:00.021Z +2026-01-01T00:01:08.021Z"
                            + " +h264 480x270, aac 48000 Hz"),
            doorbell -> assertThat(doorbell).matches("doorbell .* opus 48000 Hz"));
    assertThat(output("streams", "--prefix", "door")).contains("doorbell").doesNotContain("cam");
  }

  @Test
  void streamsForMachinesAreALineOfJsonEach() throws IOException {
    assertThat(json("streams", "--json"))
        .extracting(stream -> stream.get("name").asText())
        .containsExactly("cam", "doorbell");
  }

  @Test
  void moreThanAPageIsReadToItsEnd() throws IOException {
    for (int i = 0; i < 1001; i++) {
      assertThat(weir.put("/v1/streams/many-" + i, "{}").statusCode()).isEqualTo(201);
    }
    assertThat(json("streams", "--json", "--prefix", "many-")).hasSize(1001);
    for (int i = 0; i < 1001; i++) {
      weir.delete("/v1/streams/many-" + i);
    }
  }

  @Test
  void fragmentsAreListedInOrder() throws IOException {
    List<String> lines = output("ls", "cam").lines().toList();
    assertThat(lines).hasSize(9);
    assertThat(lines.get(1))
        .matches("2026-01-01T00:00:00.021Z +2.000 s +[0-9.]+ kB +[0-9]+ +[0-9]{47}");
    List<JsonNode> part =
        json(
            "ls",
            "cam",
            "--json",
            "--from",
            "2026-01-01T00:00:03Z",
            "--to",
            "2026-01-01T00:00:05Z");
    assertThat(part)
        .extracting(fragment -> fragment.get("producerTime").asText())
        .containsExactly("2026-01-01T00:00:02.021Z", "2026-01-01T00:00:04.021Z");
  }

  @Test
  void theTimelineShowsWhatIsRecordedAndWhatIsMissing() throws IOException {
    assertThat(output("ls", "cam", "--timeline"))
        .isEqualTo(
            """
            recorded  2026-01-01T00:00:00.021Z to 2026-01-01T00:00:08.021Z       8.000 s
            gap       2026-01-01T00:00:08.021Z to 2026-01-01T00:01:00.021Z      52.000 s  source: %s
            recorded  2026-01-01T00:01:00.021Z to 2026-01-01T00:01:08.021Z       8.000 s
            """
                .formatted(detail()));
    assertThat(json("ls", "cam", "--timeline", "--json").getFirst().get("ranges")).hasSize(2);
  }

  private static String detail() throws IOException {
    return new ObjectMapper()
        .readTree(weir.get("/v1/streams/cam/timeline").body())
        .get("gaps")
        .get(0)
        .get("detail")
        .asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv"})
  void aClipIsSavedWholeAndExact(String format) throws IOException {
    Path file = folder.resolve("out." + format);
    String said =
        output(
            "clip",
            "cam",
            "--from",
            "2026-01-01T00:00:00Z",
            "--to",
            "2026-01-01T00:00:10Z",
            "-o",
            file.toString());
    assertThat(said)
        .startsWith(file + ": 2026-01-01T00:00:00.0")
        .contains(" to 2026-01-01T00:00:08.021Z, ");
    Frames.video(file.toString()).assertSameAs(Frames.video(H264.toString()), 1_000_000);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aClipOverAGapNamesItsPieces() throws IOException {
    Path file = folder.resolve("out.mp4");
    CommandRun run = run("clip", "cam", "-o", file.toString());
    assertThat(run.status()).isZero();
    assertThat(run.errors().lines()).hasSize(3);
    assertThat(run.errors()).startsWith("there are gaps; the pieces are\n  2026-01-01T00:00:00.0");
    JsonNode said = json("clip", "cam", "--json", "-o", file.toString()).getFirst();
    assertThat(said.get("pieces")).hasSize(2);
    assertThat(said.get("bytes").asLong()).isEqualTo(Files.size(file));
  }

  @Test
  void aPictureIsSaved() throws IOException {
    Path jpeg = folder.resolve("x.jpg");
    assertThat(output("frame", "cam", "--at", "2026-01-01T00:00:03.120Z", "-o", jpeg.toString()))
        .startsWith(jpeg + ": 2026-01-01T00:00:03.101Z, ");
    assertThat(Files.readAllBytes(jpeg)).startsWith(0xff, 0xd8);
    Path png = folder.resolve("x.png");
    JsonNode said =
        json("frame", "cam", "--json", "--at", "latest", "--width", "120", "-o", png.toString())
            .getFirst();
    assertThat(said.get("time").asText()).startsWith("2026-01-01T00:01:0");
    assertThat(Files.readAllBytes(png)).startsWith(0x89, 'P', 'N', 'G');
    Path key = folder.resolve("x.mp4");
    output("frame", "cam", "--at", "latest", "-o", key.toString());
    assertThat(Frames.video(key.toString()).frames()).hasSize(1);
  }

  @Test
  void theStatusIsAFewLines() throws IOException {
    assertThat(output("status"))
        .matches(
            """
            server +http://127.0.0.1:[0-9]+/
            records +yes
            streams +2, 0 live
            stored +[0-9.]+ kB in [0-9]+ fragments
            """);
    JsonNode said = json("status", "--json").getFirst();
    assertThat(said.get("records").asBoolean()).isTrue();
    assertThat(said.get("streams").asInt()).isEqualTo(2);
  }

  @Test
  void aServerThatCannotRecordSaysWhyAndTheStatusIsOne() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(server, "/readyz", 503, "{\"detail\":\"disk full at /srv\"}");
    answer(server, "/v1/streams", 200, "{\"items\":[]}");
    server.start();
    try {
      CommandRun run =
          CommandRun.of("status", "--server", "http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(run.output()).contains("records    no: disk full at /srv\n");
      assertThat(run.status()).isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpServer server, String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "'ls nobody',no such stream",
    "'ls cam --from yesterday',invalid time",
    "'ls cam --from 2026-01-02T00:00:00Z --to 2026-01-01T00:00:00Z',reversed range",
    "'ls cam --clock sundial',sundial",
    "'clip nobody -o DIR/x.mp4',no such stream",
    "'clip cam --from 2027-01-01T00:00:00Z -o DIR/x.mp4',(404)",
    "'frame cam --at never -o DIR/x.jpg',invalid time"
  })
  void aRefusalIsTheServersOwnWords(String line, String said) throws IOException {
    CommandRun run = run(line.replace("DIR", folder.toString()).split(" ", -1));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).doesNotContain("recorded");
    assertThat(run.errors()).contains(said).matches("weir [a-z]+: .*\n");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls",
        "ls a/b",
        "clip cam",
        "clip cam -o x.avi",
        "frame cam -o x.jpg",
        "frame cam --at latest -o x.gif",
        "streams extra",
        "nonsense"
      })
  void wrongUsageIsStatusTwo(String line) {
    CommandRun run = CommandRun.of(line.split(" ", -1));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).startsWith("weir").contains("--help");
  }

  @Test
  void anAddressThatIsNoneIsWrongUsage() {
    for (String address : List.of("127.0.0.1:8080", "ftp://x", "http://", "http://a b")) {
      CommandRun run = CommandRun.of("status", "--server", address);
      assertThat(run.status()).as(address).isEqualTo(2);
      assertThat(run.errors()).contains("--server wants an address");
    }
  }

  @Test
  void framesAreFilesOfAFolderOrOneZip() throws IOException {
    Path pictures = folder.resolve("pictures");
    assertThat(output("frames", "cam", "--to", "2026-01-01T00:00:04Z", "-o", pictures.toString()))
        .isEqualTo(pictures + ": 4 pictures\n");
    try (var files = Files.list(pictures)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .first()
          .isEqualTo("frame-20260101T000000.021000Z.jpg");
    }
    Path zip = folder.resolve("day.zip");
    output("frames", "cam", "--every", "2s", "--nearest", "keyframe", "-o", zip.toString());
    try (var file = new java.util.zip.ZipFile(zip.toFile())) {
      assertThat(file.size()).isEqualTo(8);
    }
    assertThat(run("frames", "nobody", "-o", zip.toString()).status()).isEqualTo(1);
  }
}
