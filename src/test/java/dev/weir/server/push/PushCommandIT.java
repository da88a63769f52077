// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.CommandRun;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weir push} against a running server: what was in the files is what comes back. */
final class PushCommandIT {

  private static final long TICK_NS = 1_000_000;
  private static final String H264 = "media-samples/h264-aac.mkv";

  private static final String DISK_FULL =
      """
      HTTP/1.1 507 Insufficient Storage\r
      Content-Length: 22\r
      \r
      {"detail":"disk full"}\
      """;

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private CommandRun push(String... arguments) {
    var all = new ArrayList<>(List.of("push", "--server", weir.url("/")));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String clip() {
    return weir.url("/v1/streams/cam/clip.mp4");
  }

  private JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(weir.get(path).body());
  }

  private Path plain(String sample) {
    Path file = folder.resolve("plain.mp4");
    Program.run(
        "ffmpeg", "-v", "error", "-i", "media-samples/" + sample, "-c", "copy", file.toString());
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h264-aac.mkv", "hevc-aac.mkv", "h264-baseline-2997.mkv", "h264-long-gop.mkv"})
  void aPlainMovieIsImportedFrameByFrame(String sample) {
    Path file = plain(sample);
    CommandRun pushed = push("cam", file.toString());
    assertThat(pushed.errors()).isEmpty();
    assertThat(pushed.status()).isZero();
    Frames source = Frames.video(file.toString());
    Frames.video(clip()).assertSameAs(source, TICK_NS);
    assertThat(Frames.videoPackets(clip()).hashes())
        .isEqualTo(Frames.videoPackets(file.toString()).hashes());
    Frames.audio(clip()).assertSameAs(Frames.audio(file.toString()), TICK_NS);
  }

  @Test
  void threeFilesAreOneRunWithoutAGap() throws IOException {
    CommandRun pushed = push("cam", H264, H264, H264);
    assertThat(pushed.status()).as(pushed.errors()).isZero();
    assertThat(pushed.output().lines().filter(line -> line.startsWith("persisted"))).hasSize(12);
    assertThat(pushed.output()).contains("12 of 12 fragments persisted, 24.0");
    JsonNode timeline = json("/v1/streams/cam/timeline");
    assertThat(timeline.get("ranges")).hasSize(1);
    assertThat(timeline.get("gaps")).isEmpty();
    JsonNode fragments = json("/v1/streams/cam/fragments").get("items");
    assertThat(fragments.findValuesAsText("run").stream().distinct()).hasSize(1);
    List<String> once = Frames.video(H264).hashes();
    var thrice = new ArrayList<>(once);
    thrice.addAll(once);
    thrice.addAll(once);
    assertThat(Frames.video(clip()).hashes()).isEqualTo(thrice);
  }

  @Test
  void filesOfOtherCodecsFollowAtTheNextMoment() throws IOException {
    assertThat(push("cam", "--start", "2026-01-01T00:00:00Z", H264, "media-samples/hevc-aac.mkv"))
        .matches(run -> run.status() == 0, "succeeds");
    JsonNode timeline = json("/v1/streams/cam/timeline");
    assertThat(timeline.get("ranges")).hasSize(1);
    assertThat(timeline.get("ranges").get(0).get("from").asText())
        .isEqualTo("2026-01-01T00:00:00.021Z");
    JsonNode fragments = json("/v1/streams/cam/fragments").get("items");
    assertThat(fragments.findValuesAsText("run").stream().distinct()).hasSize(2);
  }

  @Test
  void theStartIsThatOfTheFirstSampleWhateverTheFileCountsFrom() throws IOException {
    Path late = folder.resolve("late.mkv");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-i",
        "media-samples/h264-baseline-2997.mkv",
        "-c",
        "copy",
        "-output_ts_offset",
        "1000",
        late.toString());
    assertThat(push("cam", "--start", "2026-01-01T00:00:00Z", late.toString()).status()).isZero();
    assertThat(json("/v1/streams/cam").get("firstTime").asText())
        .isEqualTo("2026-01-01T00:00:00.000Z");
  }

  @Test
  void inRealTimeAFileTakesAsLongAsItLasts() {
    long began = System.nanoTime();
    assertThat(push("cam", "--realtime", "media-samples/h264-720p.mkv").status()).isZero();
    // 75 frames at 25 a second; the last is decoded a frame or three before the end.
    assertThat(System.nanoTime() - began).isGreaterThan(2_800_000_000L);
    Frames.video(clip()).assertSameAs(Frames.video("media-samples/h264-720p.mkv"), TICK_NS);
  }

  @Test
  void standardInputAndAnotherServerCanBePushed() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(Path.of(H264))));
      assertThat(push("first", "-").status()).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(push("cam", weir.url("/v1/streams/first/clip.mkv")).status()).isZero();
    Frames.video(clip()).assertSameAs(Frames.video(H264), TICK_NS);
  }

  @Test
  void forMachinesTheServersLinesAreHandedOn() throws IOException {
    CommandRun pushed = push("cam", "--json", H264);
    assertThat(pushed.status()).isZero();
    var events = new ArrayList<String>();
    for (String line : pushed.output().lines().toList()) {
      events.add(new ObjectMapper().readTree(line).get("event").asText());
    }
    assertThat(events).contains("buffering", "received").endsWith("summary");
    assertThat(events).filteredOn(event -> event.equals("persisted")).hasSize(4);
    JsonNode summary = new ObjectMapper().readTree(pushed.output().lines().toList().getLast());
    assertThat(summary.get("fragments").asInt()).isEqualTo(4);
    assertThat(summary.get("persisted").asInt()).isEqualTo(4);
    assertThat(summary.get("sentBytes").asLong()).isEqualTo(Files.size(Path.of(H264)));
  }

  @Test
  void aSignalEndsALoopAfterEverythingSentIsAcknowledged() {
    String java = ProcessHandle.current().info().command().orElseThrow();
    try (Program program =
        Program.start(
            List.of(
                java,
                "-jar",
                "target/weir.jar",
                "push",
                "--server",
                weir.url("/"),
                "--loop",
                "--realtime",
                "cam",
                H264))) {
      long end = System.nanoTime() + 60_000_000_000L;
      while (program.output().lines().count() < 5 && System.nanoTime() < end) {
        LockSupport.parkNanos(50_000_000);
      }
      program.process().destroy();
      assertThat(program.await(20)).isEqualTo(128 + 15);
      String last = program.output().lines().toList().getLast();
      assertThat(last).matches("([0-9]+) of \\1 fragments persisted, .*");
      assertThat(program.errors()).isEmpty();
    }
  }

  @Test
  void aRefusalIsToldInTheServersWords() throws IOException {
    Path text = Files.writeString(folder.resolve("text.mkv"), "no media at all, but long enough");
    CommandRun pushed = push("cam", text.toString());
    assertThat(pushed.status()).isEqualTo(1);
    assertThat(pushed.errors())
        .contains("not a container that is taken here")
        .contains("found text")
        .contains("(415)");
    CommandRun start = push("cam", "--start", "yesterday", H264);
    assertThat(start.status()).isEqualTo(1);
    assertThat(start.errors()).contains("invalid time").contains("yesterday").contains("(400)");
  }

  @Test
  void damageInTheMiddleKeepsWhatCameBefore() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(H264));
    System.arraycopy(new byte[2000], 0, bytes, 250_000, 2000);
    Path damaged = Files.write(folder.resolve("damaged.mkv"), bytes);
    CommandRun pushed = push("cam", damaged.toString());
    assertThat(pushed.status()).isEqualTo(1);
    assertThat(pushed.errors()).isNotBlank();
    assertThat(Frames.video(clip()).frames()).hasSizeGreaterThan(100);
  }

  @Test
  void wrongUsageIsStatusTwo() {
    for (String[] arguments :
        new String[][] {
          {},
          {"cam"},
          {"a/b", H264},
          {"cam", "rtsp://camera/"},
          {"cam", "--loop", "-"},
          {"cam", "--nonsense", H264}
        }) {
      CommandRun run = push(arguments);
      assertThat(run.status()).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(run.errors()).startsWith("weir push: ").contains("weir push --help");
    }
  }

  @Test
  void whatCannotBeReadOrReachedIsSaidInALine() throws IOException {
    assertThat(push("cam", "nowhere.mkv").errors())
        .isEqualTo("weir push: there is no file nowhere.mkv\n");
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    CommandRun unreachable =
        CommandRun.of("push", "--server", "http://127.0.0.1:" + port, "cam", H264);
    assertThat(unreachable.status()).isEqualTo(1);
    assertThat(unreachable.errors()).contains("no server answers").contains("--server URL");
  }

  @Test
  void aServerThatHangsUpIsNotWaitedFor() throws IOException {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (var socket = listening.accept()) {
              socket.getInputStream().readNBytes(1000);
              socket.getOutputStream().write(DISK_FULL.getBytes(StandardCharsets.US_ASCII));
              socket.shutdownOutput();
              socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      CommandRun refused =
          CommandRun.of(
              "push",
              "--loop",
              "--server",
              "http://127.0.0.1:" + listening.getLocalPort(),
              "cam",
              H264);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errors()).isEqualTo("weir push: disk full (507)\n");
    }
  }
}
