// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Eventually;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams, and what is recorded in them, as JSON. */
final class StreamsIT {

  private static final Path H264 = Path.of("media-samples/h264-aac.mkv");
  private static final Path HEVC = Path.of("media-samples/hevc-aac.mkv");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path data;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(data);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private void push(String stream, Path file, String start) {
    HttpResponse<String> answer = weir.push(stream, file, "?timecodes=relative&start=" + start);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(JsonNode items, String field) {
    return StreamSupport.stream(items.spliterator(), false)
        .map(each -> each.path(field).asText())
        .toList();
  }

  @Test
  void aStreamIsCreatedChangedReadAndDeleted() {
    HttpResponse<String> created =
        weir.put(
            "/v1/streams/cam",
            """
            {"retention": "7d", "description": "the door", "tags": {"floor": "2"}}
            """);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(json(created).path("name").asText()).isEqualTo("cam");
    HttpResponse<String> changed = weir.put("/v1/streams/cam", "{\"retention\": \"36h\"}");
    assertThat(changed.statusCode()).isEqualTo(200);
    JsonNode one = weir.json("/v1/streams/cam");
    assertThat(one).isEqualTo(json(changed));
    assertThat(one.path("retention").asText()).isEqualTo("36h");
    assertThat(one.path("description").asText()).isEqualTo("the door");
    assertThat(one.path("tags").path("floor").asText()).isEqualTo("2");
    assertThat(one.path("fragments").asInt()).isZero();
    assertThat(one.path("live").asBoolean()).isFalse();
    assertThat(one.path("tracks")).isEmpty();
    weir.stop();
    weir.start();
    assertThat(weir.json("/v1/streams/cam")).isEqualTo(one);
    HttpResponse<String> deleted = weir.delete("/v1/streams/cam");
    assertThat(deleted.statusCode()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    assertThat(weir.get("/v1/streams/cam").statusCode()).isEqualTo(404);
    assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(404);
    assertThat(weir.json("/v1/streams").path("items")).isEmpty();
  }

  @Test
  void anEmptyDocumentMakesAStreamWithEverythingAtItsDefault() {
    assertThat(weir.put("/v1/streams/cam", "").statusCode()).isEqualTo(201);
    JsonNode one = weir.json("/v1/streams/cam");
    assertThat(one.path("retention").asText()).isEqualTo("0");
    assertThat(one.path("targetDuration").asText()).isEqualTo("6s");
  }

  @Test
  void anUnknownSettingIsRefusedWithTheKnownOnes() {
    HttpResponse<String> answer = weir.put("/v1/streams/cam", "{\"retension\": \"7d\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("retension").contains("retention, maxBytes");
    assertThat(weir.get("/v1/streams/cam").statusCode()).isEqualTo(404);
  }

  @Test
  void aStreamSaysWhatIsInIt() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    JsonNode one = weir.json("/v1/streams/cam");
    assertThat(texts(one.path("tracks"), "codecs")).containsExactly("avc1.640015", "mp4a.40.2");
    assertThat(one.path("tracks").path(0).path("width").asInt()).isEqualTo(480);
    assertThat(one.path("tracks").path(1).path("sampleRate").asInt()).isEqualTo(48_000);
    assertThat(one.path("firstTime").asText()).isEqualTo("2026-01-01T00:00:00.021Z");
    assertThat(one.path("lastTime").asText()).isEqualTo("2026-01-01T00:00:08.021Z");
    assertThat(one.path("fragments").asInt()).isEqualTo(4);
    assertThat(one.path("bytes").asLong()).isEqualTo(303_674);
  }

  @Test
  void streamsAreListedInOrderPageByPage() {
    for (int i = 11; i >= 0; i--) {
      weir.put("/v1/streams/cam-" + i, "{}");
    }
    weir.put("/v1/streams/dog", "{}");
    var names = new ArrayList<String>();
    var cursor = "";
    int pages = 0;
    do {
      JsonNode page = weir.json("/v1/streams?prefix=cam-&limit=5" + cursor);
      names.addAll(texts(page.path("items"), "name"));
      cursor = page.has("cursor") ? "&cursor=" + page.path("cursor").asText() : "";
      pages++;
    } while (!cursor.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(names)
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 12).mapToObj(i -> "cam-" + i).toList());
    assertThat(weir.json("/v1/streams?limit=13").has("cursor")).as("after the last").isFalse();
    assertThat(weir.json("/v1/streams?prefix=nothing").path("items")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"producer", "server"})
  void fragmentsAreListedInOrderPageByPage(String clock) {
    // In another order than that of their time.
    push("cam", HEVC, "2026-01-01T00:01:00Z");
    push("cam", H264, "2026-01-01T00:00:00Z");
    JsonNode whole = weir.json("/v1/streams/cam/fragments?clock=" + clock).path("items");
    assertThat(whole.size()).isEqualTo(8);
    assertThat(texts(whole, clock + "Time")).isSorted();
    var paged = new ArrayList<JsonNode>();
    var cursor = "";
    do {
      JsonNode page = weir.json("/v1/streams/cam/fragments?clock=" + clock + "&limit=3" + cursor);
      page.path("items").forEach(paged::add);
      if (cursor.isEmpty() && clock.equals("producer")) {
        // What comes meanwhile belongs before the page: it moves nothing.
        push("cam", H264, "2025-01-01T00:00:00Z");
      }
      cursor = page.has("cursor") ? "&cursor=" + page.path("cursor").asText() : "";
    } while (!cursor.isEmpty());
    assertThat(paged).containsExactlyElementsOf(whole);
    for (JsonNode each : paged) {
      assertThat(each.path("number").asText()).matches("[0-9]{47}");
      assertThat(each.path("durationMs").asInt()).isBetween(1500, 2500);
      assertThat(each.path("bytes").asInt()).isPositive();
      assertThat(each.path("startsWithSync").asBoolean()).isTrue();
      assertThat(each.path("codecs").path(0).asText()).matches("(avc1|hvc1)\\..*");
    }
  }

  @Test
  void fragmentsOfARangeAreThoseThatMeetIt() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    String range =
        "/v1/streams/cam/fragments?from=2026-01-01T00:00:03Z&to=2026-01-01T00:00:04.021Z";
    assertThat(texts(weir.json(range).path("items"), "producerTime"))
        .containsExactly("2026-01-01T00:00:02.021Z");
    // As epoch milliseconds the same, and without an end everything after.
    long from = Instant.parse("2026-01-01T00:00:03Z").toEpochMilli();
    assertThat(weir.json("/v1/streams/cam/fragments?from=" + from).path("items").size())
        .isEqualTo(3);
  }

  @Test
  void theTimelineJoinsWhatIsUnbrokenAndSaysWhyTheRestIsMissing() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    push("cam", H264, "2026-01-01T00:00:10Z");
    push("cam", H264, "2026-01-01T00:01:00Z");
    JsonNode timeline = weir.json("/v1/streams/cam/timeline");
    assertThat(texts(timeline.path("ranges"), "from"))
        .containsExactly(
            "2026-01-01T00:00:00.021Z", "2026-01-01T00:00:10.021Z", "2026-01-01T00:01:00.021Z");
    assertThat(texts(timeline.path("gaps"), "from"))
        .containsExactly("2026-01-01T00:00:08.021Z", "2026-01-01T00:00:18.021Z");
    assertThat(texts(timeline.path("gaps"), "to"))
        .containsExactly("2026-01-01T00:00:10.021Z", "2026-01-01T00:01:00.021Z");
    assertThat(texts(timeline.path("gaps"), "reason")).containsOnly("source");
    JsonNode coarse = weir.json("/v1/streams/cam/timeline?step=5s");
    assertThat(texts(coarse.path("ranges"), "to"))
        .containsExactly("2026-01-01T00:00:18.021Z", "2026-01-01T00:01:08.021Z");
    JsonNode part =
        weir.json("/v1/streams/cam/timeline?from=2026-01-01T00:00:30Z&to=2026-01-01T00:02:00Z");
    assertThat(texts(part.path("ranges"), "from")).containsExactly("2026-01-01T00:01:00.021Z");
  }

  // Deleting.

  @Test
  void deletingAStreamThatIsPushedToEndsThePush() throws IOException {
    byte[] file = Files.readAllBytes(H264);
    try (var producer = new WireClient(weir)) {
      producer.sendHead(
          "POST /v1/streams/cam/media HTTP/1.1", "Host: weir", "Content-Length: " + file.length);
      producer.send(file, 0, file.length / 2);
      Eventually.holds(
          "something is recorded", () -> weir.get("/v1/streams/cam").body().contains("firstTime"));
      assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
      assertThat(weir.get("/v1/streams/cam/fragments").statusCode()).isEqualTo(404);
      WireClient.Answer answer = producer.send(file, file.length / 2, file.length).answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(404);
      assertThat(answer.body()).contains("stream was deleted");
    }
    assertThat(weir.server().archive().check().failures()).isEmpty();
    assertThat(weir.get("/v1/streams/cam").statusCode()).isEqualTo(404);
    // Another of the same name starts from nothing.
    push("cam", H264, "2026-01-01T00:00:00Z");
    JsonNode one = weir.json("/v1/streams/cam");
    assertThat(one.path("fragments").asInt()).isEqualTo(4);
    assertThat(one.has("lastError")).isFalse();
    weir.stop();
    weir.start();
    assertThat(texts(weir.json("/v1/streams").path("items"), "name")).containsExactly("cam");
    assertThat(weir.json("/v1/streams/cam").path("fragments").asInt()).isEqualTo(4);
  }

  @Test
  void aReaderOfADeletedStreamReadsToItsEnd() throws IOException {
    push("cam", H264, "2026-01-01T00:00:00Z");
    push("other", HEVC, "2026-01-01T00:00:00Z");
    byte[] whole = weir.bytes("/v1/streams/cam/clip.mp4?from=0");
    try (var clip = new WireClient(weir, 4096)) {
      clip.sendHead("GET /v1/streams/cam/clip.mp4?from=0 HTTP/1.1", "Host: weir");
      int length = Integer.parseInt(clip.head().field("content-length"));
      assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
      assertThat(clip.read(length)).isEqualTo(whole);
    }
    assertThat(weir.get("/v1/streams/cam/clip.mp4?from=0").statusCode()).isEqualTo(404);
    weir.stop();
    weir.start();
    assertThat(texts(weir.json("/v1/streams").path("items"), "name")).containsExactly("other");
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }

  @Test
  void deletingOneStreamWhileAnotherIsReadDeletesItForGood() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    push("other", HEVC, "2026-01-01T00:00:00Z");
    try (var clip = new WireClient(weir, 4096)) {
      clip.sendHead("GET /v1/streams/other/clip.mp4?from=0 HTTP/1.1", "Host: weir");
      assertThat(clip.head().status()).isEqualTo(200);
      assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
    }
    weir.stop();
    weir.start();
    assertThat(texts(weir.json("/v1/streams").path("items"), "name")).containsExactly("other");
  }

  @Test
  void anEndlessBodyEndsWithItsStream() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    try (var live = new WireClient(weir)) {
      live.sendHead("GET /v1/streams/cam/live.mkv?from=earliest HTTP/1.1", "Host: weir");
      assertThat(live.head().status()).isEqualTo(200);
      int bytes = live.chunk().length;
      assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
      for (byte[] chunk = live.chunk(); chunk.length > 0; chunk = live.chunk()) {
        bytes += chunk.length;
      }
      assertThat(bytes).isPositive();
      assertThat(live.rest()).isEmpty();
    }
  }

  // For players in other pages.

  @Test
  void everythingThatAPlayerReadsMayBeReadFromAnotherPage() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    String segment =
        weir.get("/v1/streams/cam/hls/video.m3u8?from=0&to=2040-01-01T00:00:00Z")
            .body()
            .lines()
            .filter(line -> line.startsWith("seg/"))
            .findFirst()
            .orElseThrow();
    for (String path :
        List.of(
            "hls/index.m3u8?from=0",
            "hls/" + segment,
            "clip.mp4?from=0",
            "frame.jpg?at=latest",
            "timeline",
            "clip.mp4?from=2030-01-01T00:00:00Z",
            "nothing")) {
      HttpResponse<String> preflight =
          weir.send(
              HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam/" + path)))
                  .header("Origin", "https://player.example")
                  .header("Access-Control-Request-Method", "GET")
                  .header("Access-Control-Request-Headers", "range")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      assertThat(preflight.statusCode()).isEqualTo(path.equals("nothing") ? 404 : 204);
      if (preflight.statusCode() == 204) {
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
            .contains("GET, HEAD");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
            .contains("Range");
      }
      HttpResponse<String> answer = weir.get("/v1/streams/cam/" + path);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
      assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
          .contains("Content-Range")
          .contains("Weir-Clip-From");
    }
  }

  /** A form of a page can post without a preflight, so the refusal is the server's. */
  @Test
  void aPageOfAnotherOriginChangesNothing() throws IOException {
    push("cam", H264, "2026-01-01T00:00:00Z");
    byte[] body = Files.readAllBytes(HEVC);
    try (var client = new WireClient(weir)) {
      for (String line :
          List.of(
              "DELETE /v1/streams/cam",
              "PUT /v1/streams/new",
              "DELETE /v1/streams/cam/fragments")) {
        for (String origin : List.of("https://page.example", "http://weir.example", "null")) {
          client.sendHead(line + " HTTP/1.1", "Host: weir:8080", "Origin: " + origin);
          WireClient.Answer answer = client.answer();
          assertThat(answer.status()).isEqualTo(403);
          assertThat(answer.body()).contains("foreign-origin");
        }
        client.sendHead("OPTIONS" + line.substring(line.indexOf(' ')) + " HTTP/1.1", "Host: weir");
        assertThat(client.head().field("access-control-allow-methods")).isEqualTo("GET, HEAD");
      }
      client.sendHead(
          "POST /v1/streams/new/media HTTP/1.1",
          "Host: weir:8080",
          "Origin: https://page.example",
          "Content-Type: text/plain",
          "Content-Length: " + body.length);
      assertThat(client.send(body).answer().status()).isEqualTo(403);
    }
    assertThat(weir.json("/v1/streams/cam").path("fragments").asInt()).isEqualTo(4);
    assertThat(weir.get("/v1/streams/new").statusCode()).isEqualTo(404);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "DELETE /v1/streams/cam HTTP/1.1", "Host: weir:8080", "Origin: http://weir:8080");
      assertThat(client.answer().status()).as("its own console").isEqualTo(204);
    }
  }

  @Test
  void whatIsUnchangedIsNotSentAgainAndTheConnectionGoesOn() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    try (var client = new WireClient(weir)) {
      for (String path : List.of("/clip.mkv?from=0", "/frame.jpg?at=latest")) {
        String line = "GET /v1/streams/cam" + path + " HTTP/1.1";
        WireClient.Head first = client.sendHead(line, "Host: weir").head();
        client.read(Integer.parseInt(first.field("content-length")));
        client.sendHead(line, "Host: weir", "If-None-Match: " + first.field("etag"));
        WireClient.Head second = client.head();
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.field("etag")).isEqualTo(first.field("etag"));
      }
      assertThat(client.sendHead("GET /healthz HTTP/1.1", "Host: weir").answer().body())
          .isEqualTo("ok\n");
    }
  }

  @Test
  void headSaysOfEachResourceWhatGetWouldSay() {
    push("cam", H264, "2026-01-01T00:00:00Z");
    try (var client = new WireClient(weir)) {
      for (String path :
          List.of(
              "",
              "/fragments",
              "/timeline",
              "/hls/index.m3u8?from=0&to=2040-01-01T00:00:00Z",
              "/clip.mkv?from=0",
              "/frame.png?at=latest",
              "/clip.mp4?from=2030-01-01T00:00:00Z")) {
        var head =
            client.sendHead("HEAD /v1/streams/cam" + path + " HTTP/1.1", "Host: weir").head();
        HttpResponse<byte[]> get =
            weir.send(
                HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam" + path))),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(head.status()).as(path).isEqualTo(get.statusCode());
        assertThat(head.field("content-length")).isEqualTo("" + get.body().length);
        assertThat(head.field("content-type"))
            .isEqualTo(get.headers().firstValue("Content-Type").orElse(""));
      }
      // An endless body has a head too, and nothing after it.
      for (String path : List.of("/live.mkv", "/live.mp4?from=earliest")) {
        var head =
            client.sendHead("HEAD /v1/streams/cam" + path + " HTTP/1.1", "Host: weir").head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("content-type")).startsWith("video/");
      }
      assertThat(client.sendHead("GET /healthz HTTP/1.1", "Host: weir").answer().body())
          .isEqualTo("ok\n");
    }
  }
}
