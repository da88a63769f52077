// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.Cuts;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can't be meant: it is refused in words with the right status, and nothing else suffers. */
final class BadInputIT {

  private static final Path MKV = Path.of("media-samples/h264-aac.mkv");
  private static final Path MP4 = Path.of("media-samples/h264-aac.mp4");
  private static final long TEN_GIGABYTES = 10L << 30;
  private static final long SEED = Long.getLong("weir.seed", 20261126);

  private static RunningWeir weir;
  private static Path folder;

  @BeforeAll
  static void start(@TempDir Path data) {
    folder = data;
    weir = new RunningWeir(data);
    assertThat(
            weir.push("good", MKV, "?timecodes=relative&start=2026-01-01T00:00:00Z").statusCode())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    assertThat(weir.server().archive().check().failures()).isEmpty();
    assertThat(weir.metric("weir_push_sessions")).isZero();
    weir.close();
  }

  // Names.

  static Stream<String> badNames() {
    return Stream.of(
        "..",
        ".",
        "%2e%2e",
        "%2E%2e",
        "%2e",
        "a%2fb",
        "..%2f..%2fetc%2fpasswd",
        "a%5cb",
        "a%00b",
        "a%20b",
        "a+b",
        "%C3%A4",
        "a%0d%0aSet-Cookie:b",
        "a;b",
        "a:b",
        "n".repeat(257));
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void aStreamNameThatIsNoneIsRefusedEverywhere(String name) {
    for (String request :
        List.of(
            "PUT /v1/streams/%s",
            "GET /v1/streams/%s",
            "DELETE /v1/streams/%s",
            "POST /v1/streams/%s/media",
            "GET /v1/streams/%s/fragments",
            "GET /v1/streams/%s/timeline",
            "GET /v1/streams/%s/clip.mp4",
            "GET /v1/streams/%s/live.mkv",
            "GET /v1/streams/%s/frame.jpg?at=latest",
            "GET /v1/streams/%s/hls/index.m3u8")) {
      try (var client = new WireClient(weir)) {
        WireClient.Answer answer =
            client.sendHead(request.formatted(name) + " HTTP/1.1", "Host: weir").answer();
        assertThat(answer.status()).as(request + answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid stream name");
      }
    }
    assertNothingBeside("good");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/streams/a/b",
        "/v1/streams/a//media",
        "/v1//streams/a/media",
        "/v1/streams/../streams/good/media",
        "/v1/streams/good/media/",
        "/v1/streams/good/hls/../media",
        "/../../etc/passwd",
        "//v1/streams/good/media",
      })
  void aPathThatIsNoRouteIsNotFound(String path) {
    for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
      try (var client = new WireClient(weir)) {
        WireClient.Answer answer =
            client.sendHead(method + " " + path + " HTTP/1.1", "Host: weir").answer();
        assertThat(answer.status()).as(method + ": " + answer.body()).isEqualTo(404);
      }
    }
    assertNothingBeside("good");
  }

  private static void assertNothingBeside(String stream) {
    // Other tests of this class push under names of their own.
    List<String> names = weir.json("/v1/streams").path("items").findValuesAsText("name");
    assertThat(names).contains(stream).allMatch(each -> each.matches("[a-z0-9-]{1,64}"));
    assertThat(folder.resolveSibling("etc")).doesNotExist();
  }

  @Test
  void aNameOfTheGreatestLengthIsTaken() {
    String name = "n".repeat(256);
    assertThat(weir.put("/v1/streams/" + name, "{}").statusCode()).isEqualTo(201);
    assertThat(weir.push(name, MKV).statusCode()).isEqualTo(200);
    assertThat(weir.delete("/v1/streams/" + name).statusCode()).isEqualTo(204);
  }

  // Ranges.

  /** An endpoint, and its status for a range that meets nothing. */
  static List<Arguments> ranged() {
    return List.of(
        arguments("fragments", 200),
        arguments("timeline", 200),
        arguments("clip.mp4", 404),
        arguments("clip.mkv", 404),
        arguments("hls/index.m3u8", 404),
        arguments("hls/video.m3u8", 404),
        arguments("hls/audio.m3u8", 404));
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void aReversedRangeIsRefused(String path, int ignored) {
    for (String clock : List.of("", "&clock=server")) {
      HttpResponse<String> answer =
          ranged(path, "2026-01-01T00:00:04Z", "2026-01-01T00:00:03.999Z", clock);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("reversed range").contains("2026-01-01T00:00:03.999Z");
    }
  }

  /** From is inclusive and to exclusive: from an instant to itself there is nothing. */
  @ParameterizedTest
  @MethodSource("ranged")
  void anEmptyRangeMeetsNothing(String path, int status) {
    for (String clock : List.of("", "&clock=server")) {
      for (String instant :
          List.of("2026-01-01T00:00:04Z", "2026-01-01T00:00:02.021Z", "1900-01-01T00:00:00Z")) {
        HttpResponse<String> answer = ranged(path, instant, instant, clock);
        assertThat(answer.statusCode()).as(instant + answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("\"number\"").doesNotContain("\"reason\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void aRangeBesideEverythingMeetsNothing(String path, int status) {
    assertThat(ranged(path, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "").statusCode())
        .isEqualTo(status);
    assertThat(ranged(path, "2026-01-01T00:00:08.021Z", "2027-01-01T00:00:00Z", "").statusCode())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void theWidestRangeIsARange(String path, int ignored) {
    assertThat(ranged(path, "-9223372036854", "9223372036854", "").statusCode()).isEqualTo(200);
    assertThat(ranged(path, "1600-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void aTimeThatIsNoneIsRefused(String path, int ignored) {
    for (String time :
        List.of("yesterday", "2026-13-01T00:00:00Z", "2026-01-01", "9999999999999999", "1e9", "")) {
      HttpResponse<String> answer = ranged(path, time, "2027-01-01T00:00:00Z", "");
      assertThat(answer.statusCode()).as(time).isEqualTo(400);
      assertThat(answer.body()).contains("invalid time");
    }
  }

  private static HttpResponse<String> ranged(String path, String from, String to, String more) {
    return weir.get("/v1/streams/good/" + path + "?from=" + from + "&to=" + to + more);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fragments?limit=0",
        "fragments?limit=1001",
        "fragments?limit=99999999999",
        "fragments?cursor=nonsense",
        "fragments?cursor=1.2",
        "fragments?cursor=99999999999999999999.1",
        "fragments?clock=sundial",
        "timeline?step=1",
        "timeline?step=-1s",
        "timeline?step=999999999999d",
        "hls/index.m3u8?window=999999999999d",
        "hls/index.m3u8?window=long",
        "hls/index.m3u8?window=-5s",
        "live.mkv?from=soon",
        "live.mkv?after=0",
        "live.mkv?after=12345678901234567890123456789012345678901234567890",
        "frame.jpg",
        "frame.jpg?at=noon",
        "frame.jpg?at=latest&width=0",
        "frame.jpg?at=latest&height=-1",
        "frame.jpg?at=latest&quality=101",
        "clip.mp4?gaps=fill",
      })
  void aParameterThatMakesNoSenseIsNamed(String path) {
    HttpResponse<String> answer = weir.get("/v1/streams/good/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    String parameter = path.replaceAll(".*[?&](\\w+)(=[^&]*)?$", "$1");
    assertThat(answer.body())
        .contains(
            path.contains("after") ? "fragment number" : path.contains("?") ? parameter : "at");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"retention\":\"999999999999d\"}",
        "{\"retention\":\"-1s\"}",
        "{\"retention\":7}",
        "{\"targetDuration\":\"1h\"}",
        "{\"producerClockOffset\":\"999999999999d\"}",
        "{\"maxBytes\":\"many\"}",
        "{\"maxBytes\":1e30}",
        "{\"maxBytes\":-1}",
        "{\"tags\":[]}",
        "{\"name\":\"other\"}",
        "[]",
        "1",
        "null",
        "{",
        "\u0000\u0001",
      })
  void aSettingThatMakesNoSenseIsRefused(String json) {
    HttpResponse<String> answer = weir.put("/v1/streams/settings", json);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(weir.get("/v1/streams/settings").statusCode()).isEqualTo(404);
  }

  @Test
  void aSettingsBodyNestedBeyondReasonIsRefused() {
    String deep = "{\"tags\":".repeat(8000) + "1" + "}".repeat(8000);
    assertThat(weir.put("/v1/streams/settings", deep).statusCode()).isIn(400, 413);
    String deeper = "[".repeat(60_000);
    assertThat(weir.put("/v1/streams/settings", deeper).statusCode()).isEqualTo(400);
  }

  // Media.

  private static byte[] element(int id, long size) {
    return ByteBuffer.allocate(12).putInt(id).putLong(0x0100_0000_0000_0000L | size).array();
  }

  private static byte[] box(String type, long size) {
    return ByteBuffer.allocate(16)
        .putInt(1)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .putLong(size)
        .array();
  }

  /** What a body announces as ten gigabytes, and what becomes of it. */
  static List<Arguments> announced() throws IOException {
    List<byte[]> mkv = Cuts.matroska(Files.readAllBytes(MKV));
    List<byte[]> mp4 = Cuts.mp4(Files.readAllBytes(MP4));
    byte[] clusters = Cuts.joined(mkv.get(0), Cuts.joined(mkv.get(1), mkv.get(2)));
    byte[] fragment = Cuts.joined(mp4.get(0), mp4.get(1));
    byte[] hugeBlock =
        ByteBuffer.allocate(32)
            .putInt(0x1F43B675)
            .putLong(0x01ff_ffff_ffff_ffffL)
            .put(new byte[] {(byte) 0xE7, (byte) 0x81, 0, (byte) 0xA3})
            .putLong(0x0100_0000_0000_0000L | TEN_GIGABYTES)
            .array();
    return List.of(
        arguments("EBML header", element(0x1A45DFA3, TEN_GIGABYTES), 400, 0),
        arguments(
            "CodecPrivate",
            Cuts.joined(
                trackHead(),
                ByteBuffer.allocate(10)
                    .putShort((short) 0x63A2)
                    .putLong(0x0100_0000_0000_0000L | TEN_GIGABYTES)
                    .array()),
            413,
            0),
        arguments("SimpleBlock", Cuts.joined(clusters, hugeBlock), 413, 1),
        arguments("Cluster", Cuts.joined(clusters, element(0x1F43B675, TEN_GIGABYTES)), 400, 1),
        arguments("Attachments", Cuts.joined(clusters, element(0x1941A469, TEN_GIGABYTES)), 400, 1),
        arguments("moov", Cuts.joined(box("ftyp", 16), box("moov", TEN_GIGABYTES)), 413, 0),
        arguments("moof", Cuts.joined(fragment, box("moof", TEN_GIGABYTES)), 413, 1),
        arguments("mdat", Cuts.joined(fragment, box("mdat", TEN_GIGABYTES)), 400, 1),
        arguments("free", Cuts.joined(fragment, box("free", TEN_GIGABYTES)), 400, 1));
  }

  /** Up to the inside of a TrackEntry. */
  private static byte[] trackHead() {
    byte[] segment = {0x18, 0x53, (byte) 0x80, 0x67, 1, -1, -1, -1, -1, -1, -1, -1};
    byte[] tracks = {0x16, 0x54, (byte) 0xAE, 0x6B, 1, -1, -1, -1, -1, -1, -1, -1};
    byte[] entry = {(byte) 0xAE, 1, -1, -1, -1, -1, -1, -1, -1};
    byte[] header = {0x1A, 0x45, (byte) 0xDF, (byte) 0xA3, (byte) 0x80};
    return Cuts.joined(Cuts.joined(header, segment), Cuts.joined(tracks, entry));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("announced")
  void tenGigabytesThatAreAnnouncedReserveNothing(
      String what, byte[] body, int status, int persistedAtLeast) {
    String stream = "announced-" + what.toLowerCase(Locale.ROOT).replace(' ', '-');
    double heapAndDirect = memory();
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/" + stream + "/media HTTP/1.1",
          "Host: weir",
          "Content-Length: " + TEN_GIGABYTES);
      client.send(body).send(new byte[1 << 20]);
      if (status == 400) {
        // It may be true: what comes is taken or skipped until it stops.
        client.endSending();
      }
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      if (status == 413) {
        assertThat(answer.body())
            .contains("limit-exceeded")
            .containsPattern("107374182[0-9]{2} bytes");
      }
    }
    assertThat(memory() - heapAndDirect).isLessThan(256 << 20);
    JsonNode state = weir.json("/v1/streams/" + stream);
    assertThat(state.path("fragments").asInt()).isGreaterThanOrEqualTo(persistedAtLeast);
    assertThat(state.path("lastError").asText()).isNotEmpty();
  }

  private static double memory() {
    return weir.metric("weir_memory_bytes{kind=\"heap\"}")
        + weir.metric("weir_memory_bytes{kind=\"direct\"}");
  }

  /** Bits that flip on the way: something may be lost, but never more than this push. */
  @ParameterizedTest
  @ValueSource(
      strings = {"h264-aac.mkv", "h264-aac.mp4", "h264-aac-frag-every-frame.mp4", "opus.webm"})
  void aDamagedBodyNeverHurtsTheServer(String sample) throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("media-samples", sample));
    var random = new Random(SEED + sample.hashCode());
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      int reach = i % 2 == 0 ? Math.min(4096, damaged.length) : damaged.length;
      for (int hits = 1 + random.nextInt(20); hits > 0; hits--) {
        damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      HttpResponse<String> answer = weir.push("damaged", damaged);
      assertThat(answer.statusCode())
          .as("seed %d, round %d: %s", SEED, i, answer.body())
          .isIn(200, 400, 413, 415);
    }
    assertThat(weir.get("/v1/streams/damaged/hls/index.m3u8?from=0").statusCode()).isIn(200, 404);
    assertThat(weir.get("/v1/streams/damaged/timeline").statusCode()).isEqualTo(200);
    assertThat(weir.get("/healthz").statusCode()).isEqualTo(200);
  }
}
