// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records beside the video: in, found, played, and gone with their stream. */
final class RecordsIT {

  private static final String RECORDS = "/v1/streams/cam/records";

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder);
    assertThat(
            weir.push(
                    "cam",
                    Path.of("media-samples/h264-aac.mkv"),
                    "?timecodes=relative&start=2026-01-01T00:00:00Z")
                .statusCode())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private HttpResponse<String> post(String lines) {
    return post(HttpRequest.BodyPublishers.ofString(lines));
  }

  private HttpResponse<String> post(HttpRequest.BodyPublisher body) {
    return weir.send(HttpRequest.newBuilder(URI.create(weir.url(RECORDS))).POST(body));
  }

  @Test
  void theyAreKeptAsTheyWereSent() {
    String deep = "[".repeat(99) + "]".repeat(99);
    String sent =
        "{\"time\":\"2026-01-01T00:00:01.000Z\",\"type\":\"x\",\"durationMs\":5,\"a\":1E+400,"
            + "\"b\":123456789012345678901234567890.123456789,\"c\":1.10,\"d\":0.00,"
            + "\"e\":123456789012345678901234567890,\"f\":\"\uD83D\uDE00 \u00e9\",\"g\":null,"
            + "\"h\":1E-999999999,\"i\":"
            + deep;
    assertThat(post(sent + "}").statusCode()).isEqualTo(201);
    assertThat(weir.get(RECORDS).body()).startsWith("{\"items\":[" + sent + ",\"id\":");
    for (String where :
        List.of("e%3E1e29", "b%3E1.2e29", "a=1e400", "a%3E1e399", "c=1.1", "h%3C1e-9", "h%3E0")) {
      assertThat(times("?where=" + where)).as(where).hasSize(1);
    }
    assertThat(times("?where=e%3E1.3e29")).isEmpty();
  }

  private void add() {
    assertThat(
            post("""
            {"time":"2026-01-01T00:00:03Z","type":"object","label":"person","box":{"score":0.91}}
            {"time":"2026-01-01T00:00:01Z","type":"object","label":"dog","box":{"score":0.4}}

            {"time":1767225606000,"type":"door","durationMs":2000,"open":true}
            {"time":"2026-01-02T12:00:00Z","type":"object","label":"person","box":{"score":0.3}}
            """)
                .body())
        .isEqualTo("{\"records\":4}");
  }

  private List<String> times(String query) {
    return weir.json(RECORDS + query).path("items").findValuesAsText("time");
  }

  @Test
  void recordsAreFoundByTimeTypeAndField() {
    add();
    assertThat(times(""))
        .containsExactly(
            "2026-01-01T00:00:01.000Z",
            "2026-01-01T00:00:03.000Z",
            "2026-01-01T00:00:06.000Z",
            "2026-01-02T12:00:00.000Z");
    assertThat(times("?type=door")).containsExactly("2026-01-01T00:00:06.000Z");
    assertThat(times("?where=label=person&to=2026-01-02T00:00:00Z"))
        .containsExactly("2026-01-01T00:00:03.000Z");
    assertThat(times("?where=box.score%3E=0.4&where=label!=person"))
        .containsExactly("2026-01-01T00:00:01.000Z");
    assertThat(times("?where=box.score%3C0.4")).containsExactly("2026-01-02T12:00:00.000Z");
    assertThat(times("?where=open=true")).containsExactly("2026-01-01T00:00:06.000Z");
    // What lasts into the range is in it.
    assertThat(times("?from=2026-01-01T00:00:07Z&to=2026-01-01T00:00:08Z"))
        .containsExactly("2026-01-01T00:00:06.000Z");
    JsonNode first = weir.json(RECORDS + "?limit=3");
    assertThat(first.path("items")).hasSize(3);
    assertThat(times("?limit=3&cursor=" + first.path("cursor").asText()))
        .containsExactly("2026-01-02T12:00:00.000Z");
  }

  @Test
  void eachSaysWhatIsRecordedAroundItAndItsAddressesPlay() {
    add();
    JsonNode items = weir.json(RECORDS + "?type=object").path("items");
    JsonNode playable = items.get(1).path("playable");
    assertThat(playable.path("from").asText()).isEqualTo("2026-01-01T00:00:00.021Z");
    assertThat(playable.path("to").asText()).isEqualTo("2026-01-01T00:00:08.000Z");
    assertThat(weir.bytes(playable.path("clip").asText())).hasSizeGreaterThan(10_000);
    assertThat(weir.bytes(playable.path("frame").asText())).hasSizeGreaterThan(1000);
    assertThat(items.get(2).has("playable")).isFalse();
  }

  @Test
  void theFrameOfOneThatBeganBeforeTheRecordingIsItsFirst() {
    post("{\"time\":\"2025-12-31T23:59:50Z\",\"type\":\"x\",\"durationMs\":20000}");
    JsonNode playable = weir.json(RECORDS).at("/items/0/playable");
    assertThat(playable.path("frame").asText()).endsWith("at=2026-01-01T00:00:00.021Z");
    assertThat(weir.bytes(playable.path("frame").asText())).hasSizeGreaterThan(1000);
  }

  @Test
  void playlistsSayThemAsDateRanges() {
    add();
    post(
        "{\"time\":\"2026-01-01T00:00:04Z\",\"type\":\"note\",\"text\":\"a"
            + " \\\"quoted\\\"\\nline\",\"n\":-1.5,\"nul\":null,\"\":\"nameless\"}");
    List<String> tags =
        weir.get("/v1/streams/cam/hls/video.m3u8?from=2026-01-01T00:00:02.5Z")
            .body()
            .lines()
            .filter(line -> line.startsWith("#EXT-X-DATERANGE:"))
            .map(line -> line.replaceAll("ID=\"[0-9]+\"", "ID"))
            .toList();
    // Of the time that is listed, which begins with the fragment that the range begins in.
    assertThat(tags)
        .containsExactly(
            "#EXT-X-DATERANGE:ID,CLASS=\"dev.weir.object\",START-DATE=\"2026-01-01T00:00:03.000Z\","
                + "DURATION=0.000000,X-DEV-WEIR-LABEL=\"person\"",
            "#EXT-X-DATERANGE:ID,CLASS=\"dev.weir.note\",START-DATE=\"2026-01-01T00:00:04.000Z\","
                + "DURATION=0.000000,X-DEV-WEIR-N=\"-1.5\",X-DEV-WEIR-TEXT=\"a quotedline\"",
            "#EXT-X-DATERANGE:ID,CLASS=\"dev.weir.door\",START-DATE=\"2026-01-01T00:00:06.000Z\","
                + "DURATION=2.000000,X-DEV-WEIR-OPEN=\"true\"");
  }

  @Test
  void theySurviveARestartAndATornLineAndGoWithWhatIsForgotten() throws IOException {
    add();
    weir.stop();
    try (var files = Files.walk(folder.resolve("records"))) {
      Path day = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      Files.writeString(day, "{\"number\":5,\"timeNs\":17672256", StandardOpenOption.APPEND);
    }
    weir.start();
    assertThat(times("")).hasSize(4);
    assertThat(post("{\"time\":\"2026-01-01T00:00:04Z\",\"type\":\"late\"}").statusCode())
        .isEqualTo(201);
    assertThat(times("")).hasSize(5);
    assertThat(
            weir.delete(
                    "/v1/streams/cam/fragments?from=2026-01-01T00:00:02Z&to=2026-01-01T00:00:05Z")
                .statusCode())
        .isEqualTo(204);
    assertThat(times(""))
        .containsExactly(
            "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:06.000Z", "2026-01-02T12:00:00.000Z");
    assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
    try (var files = Files.walk(folder.resolve("records"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void whatIsNoRecordIsRefusedAndNothingOfItIsStored() {
    for (String body :
        List.of(
            "",
            "person",
            "{\"type\":\"x\"}",
            "{\"time\":\"2026-01-01T00:00:00Z\"}",
            "{\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"x\"}\n"
                + "{\"time\":\"today\",\"type\":\"x\"}",
            "{\"time\":0,\"type\":\"a b\"}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":-1}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":1.9}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":\"5\"}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":\"abc\"}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":null}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":86400001}",
            "{\"time\":0,\"type\":\"x\",\"durationMs\":99999999999999999999}",
            "{\"time\":0,\"type\":5}",
            "{\"time\":0,\"type\":\"x\"} {\"time\":0,\"type\":\"x\"}",
            "{\"time\":0,\"type\":\"x\"} garbage",
            "{\"time\":0,\"type\":\"x\",\"a\":1,\"a\":2}",
            "{\"time\":0,\"type\":\"x\",\"a\":\"\\ud800\"}",
            "{\"time\":0,\"type\":\"x\",\"\\udc00\":1}",
            "{\"time\":0,\"type\":\"x\",\"id\":7}",
            "{\"time\":0,\"type\":\"x\",\"playable\":true}",
            "{\"time\":0,\"type\":\"x\",\"a\":" + "[".repeat(100) + "]".repeat(100) + "}")) {
      assertThat(post(body).statusCode()).as(body).isEqualTo(400);
    }
    var bytes = "{\"time\":0,\"type\":\"x\",\"a\":\"#\"}".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xe9;
    assertThat(post(HttpRequest.BodyPublishers.ofByteArray(bytes)).statusCode()).isEqualTo(400);
    assertThat(post("\n{\"time\":0,\"type\":\"x\"}\n{\"time\":0,").body()).contains("line 3");
    assertThat(post("{\"time\":0,\"type\":\"x\"}\n{\"time\":\"today\",\"type\":\"x\"}").body())
        .contains("line 2, time");
    assertThat(times("")).isEmpty();
    assertThat(weir.get(RECORDS + "?where=nothing").statusCode()).isEqualTo(400);
    assertThat(weir.get(RECORDS + "?cursor=x").statusCode()).isEqualTo(400);
    assertThat(weir.get("/v1/streams/nobody/records").statusCode()).isEqualTo(404);
  }
}
