// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a producer is told: one summary at the end, or a line an event while it sends. */
final class AcksIT {

  private static final Path SOURCE = Path.of("media-samples/h264-aac.mkv");
  private static final ObjectMapper JSON = new ObjectMapper();

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

  @Test
  void theSummaryCountsWhatIsOnDisk() throws IOException {
    HttpResponse<String> answer =
        weir.push("cam", SOURCE, "?timecodes=relative&start=2026-01-01T00:00:00Z");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode summary = JSON.readTree(answer.body());
    assertThat(summary.path("fragments").asInt()).isEqualTo(4);
    assertThat(summary.path("persisted").asInt()).isEqualTo(4);
    assertThat(summary.path("bytes").asLong()).isEqualTo(packetBytes());
    assertThat(Instant.parse(summary.path("firstTime").asText()))
        .isEqualTo("2026-01-01T00:00:00.021Z");
    assertThat(Instant.parse(summary.path("lastTime").asText()))
        .isEqualTo("2026-01-01T00:00:08.021Z");
    assertThat(summary.has("dropped")).isFalse();
  }

  private static long packetBytes() {
    return Stream.of(Frames.videoPackets(SOURCE.toString()), Frames.audioPackets(SOURCE.toString()))
        .flatMap(each -> each.frames().stream())
        .mapToLong(Frames.Frame::size)
        .sum();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"?acks=stream | Accept: */*", " | Accept: application/x-ndjson"})
  void aFragmentIsAcknowledgedWhileTheBodyIsStillBeingSent(String query, String accept)
      throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/cam/media" + (query == null ? "" : query) + " HTTP/1.1",
          "Host: weir",
          accept,
          "Transfer-Encoding: chunked");
      client.sendChunk(file, 0, file.length / 2);
      WireClient.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("content-type")).isEqualTo("application/x-ndjson");
      var events = new ArrayList<JsonNode>();
      while (events.stream().noneMatch(each -> event(each).equals("persisted"))) {
        events.addAll(lines(client.chunk()));
      }
      // Half of the body has not been sent, and a fragment of it is on disk and to be read.
      String persisted = events.getLast().path("fragment").asText();
      assertThat(weir.get("/v1/streams/cam/fragments").body()).contains(persisted);
      client.sendChunk(file, file.length / 2, file.length).send("0\r\n\r\n");
      for (byte[] chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
        events.addAll(lines(chunk));
      }
      assertEachFragmentInOrder(events, 4);
      // The connection is good for another request.
      client.sendHead("GET /healthz HTTP/1.1", "Host: weir");
      assertThat(client.answer().body()).isEqualTo("ok\n");
    }
  }

  private static void assertEachFragmentInOrder(List<JsonNode> events, int fragments) {
    Map<String, List<String>> byFragment = new LinkedHashMap<>();
    for (JsonNode each : events) {
      byFragment
          .computeIfAbsent(each.path("fragment").asText(), number -> new ArrayList<>())
          .add(event(each));
      assertThat(each.path("timecode").isIntegralNumber()).as(each.toString()).isTrue();
      assertThat(Instant.parse(each.path("time").asText())).isNotNull();
      assertThat(each.path("durationMs").asInt())
          .isEqualTo(event(each).equals("persisted") ? 2000 : 0);
    }
    assertThat(byFragment).hasSize(fragments);
    assertThat(times(events, "received")).isEqualTo(times(events, "persisted"));
    assertThat(List.copyOf(byFragment.keySet())).isSorted();
    assertThat(byFragment.values())
        .allSatisfy(each -> assertThat(each).containsExactly("buffering", "received", "persisted"));
  }

  private static Map<String, String> times(List<JsonNode> events, String event) {
    return events.stream()
        .filter(each -> event(each).equals(event))
        .collect(
            Collectors.toMap(
                each -> each.path("fragment").asText(), each -> each.path("time").asText()));
  }

  private static String event(JsonNode line) {
    return line.path("event").asText();
  }

  private static List<JsonNode> lines(byte[] chunk) {
    return new String(chunk, StandardCharsets.UTF_8)
        .lines()
        .map(line -> {
          try {
            return JSON.readTree(line);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .toList();
  }

  @Test
  void nothingForFiveSecondsIsSaidEachFiveSeconds() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/cam/media?acks=stream HTTP/1.1",
          "Host: weir",
          "Transfer-Encoding: chunked");
      client.sendChunk(file, 0, file.length / 2);
      client.head();
      long quiet = System.nanoTime();
      for (int i = 1; i <= 2; i++) {
        while (lines(client.chunk()).stream().noneMatch(each -> event(each).equals("idle"))) {}
        assertThat(Duration.ofNanos(System.nanoTime() - quiet))
            .isBetween(Duration.ofMillis(5000L * i - 1000), Duration.ofMillis(5000L * i + 2000));
      }
    }
  }

  @Test
  void theLastErrorIsOverWhenALaterPushIsKept() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    assertThat(weir.push("cam", new byte[100]).statusCode()).isEqualTo(415);
    assertThat(weir.json("/v1/streams/cam").path("lastError").asText()).isNotEmpty();
    assertThat(weir.push("cam", file).statusCode()).isEqualTo(200);
    assertThat(weir.json("/v1/streams/cam").has("lastError")).isFalse();
    assertThat(weir.push("cam", Arrays.copyOf(file, file.length / 2)).statusCode()).isEqualTo(200);
    assertThat(weir.push("cam", new byte[100]).statusCode()).isEqualTo(415);
    assertThat(weir.json("/v1/streams/cam").path("lastError").asText()).isNotEmpty();
  }

  @Test
  void aStreamSaysItsBitRateAndDrift() throws IOException {
    JsonNode empty = JSON.readTree(weir.put("/v1/streams/cam", "{}").body());
    assertThat(empty.has("bitRate")).isFalse();
    assertThat(empty.has("driftMs")).isFalse();
    weir.push("cam", SOURCE);
    JsonNode pushed = weir.json("/v1/streams/cam");
    assertThat(pushed.path("bitRate").asLong()).isEqualTo(packetBytes() * 8 / 8);
    // Eight seconds of media at once: the fourth fragment, six seconds on, came with the first.
    assertThat(pushed.path("driftMs").asLong()).isBetween(-6000L, -4000L);
    weir.stop();
    weir.start();
    JsonNode again = weir.json("/v1/streams/cam");
    assertThat(again.path("bitRate")).isEqualTo(pushed.path("bitRate"));
    assertThat(again.path("driftMs")).isEqualTo(pushed.path("driftMs"));
  }

  @Test
  void aProducerThatGoesWithoutReadingItsAcksLosesNothingThatArrived() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/cam/media?acks=stream HTTP/1.1",
          "Host: weir",
          "Content-Length: " + file.length);
      client.send(file, 0, file.length).endSending();
      Eventually.holds(
          "persisted", () -> weir.json("/v1/streams/cam").path("fragments").asInt() == 4);
    }
    assertThat(weir.json("/v1/streams/cam").has("lastError")).isFalse();
  }

  /** HTTP/1.0 has no chunks: the lines end with the connection (RFC 9112 § 6.1). */
  @Test
  void aClientThatKnowsNoChunksGetsItsLinesBare() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/cam/media?acks=stream HTTP/1.0",
          "Connection: keep-alive",
          "Content-Length: " + file.length);
      client.send(file);
      WireClient.Head head = client.head();
      assertThat(head.fields()).doesNotContainKeys("transfer-encoding", "content-length");
      assertThat(head.field("connection")).isEqualTo("close");
      assertEachFragmentInOrder(lines(client.rest()), 4);
    }
  }

  @Test
  void anUnknownWayToAcknowledgeIsRefused() {
    HttpResponse<String> answer = weir.push("cam", SOURCE, "?acks=never");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("final or stream");
  }

  @Test
  void aFaultInMidStreamIsTheLastLine() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    byte[] broken = Arrays.copyOf(file, file.length / 2 + 4096);
    Arrays.fill(broken, file.length / 2, broken.length, (byte) 0);
    HttpResponse<String> answer =
        weir.push("cam", Files.write(folder.resolve("broken.mkv"), broken), "?acks=stream");
    assertThat(answer.statusCode()).isEqualTo(200);
    List<JsonNode> events = lines(answer.body().getBytes(StandardCharsets.UTF_8));
    JsonNode last = events.getLast();
    assertThat(event(last)).isEqualTo("error");
    assertThat(last.path("problem").path("kind").asText()).isEqualTo("malformed-media");
    assertThat(events.stream().filter(each -> event(each).equals("persisted")).count())
        .isGreaterThanOrEqualTo(2);
  }
}
