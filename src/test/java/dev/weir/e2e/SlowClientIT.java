// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.http.ConnectionLimits;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send too slowly, or nothing: each is let go in the time that is stated. */
final class SlowClientIT {

  private static final long IDLE_MILLIS = 900;
  private static final long HEAD_MILLIS = 500;
  private static final long MEDIA_HEADER_MILLIS = 600;
  private static final long PACE_MILLIS = 700;
  private static final ConnectionLimits SHORT =
      new ConnectionLimits(
          IDLE_MILLIS,
          HEAD_MILLIS,
          MEDIA_HEADER_MILLIS,
          PACE_MILLIS,
          ConnectionLimits.DEFAULT.paceBytes(),
          ConnectionLimits.DEFAULT.sendMillis(),
          ConnectionLimits.DEFAULT.ackBytes(),
          ConnectionLimits.DEFAULT.drainMillis(),
          ConnectionLimits.DEFAULT.drainBytes());

  private static final Path SOURCE = Path.of("media-samples/h264-aac.mkv");
  private static final String PUSH = "POST /v1/streams/cam/media HTTP/1.1";

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"), SHORT);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  /** Runs to the end of the connection and says how long that took. */
  private static long millisOf(Runnable whole) {
    long start = System.nanoTime();
    whole.run();
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  /** Sends a byte at a time until the server has had enough. */
  private static void trickle(WireClient client, byte[] bytes, int from) {
    for (int i = from; i < bytes.length && !client.answered(); i++) {
      client.send(bytes, i, i + 1);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() {
    try (var client = new WireClient(weir)) {
      assertThat(millisOf(() -> assertThat(client.rest()).isEmpty()))
          .isGreaterThanOrEqualTo(IDLE_MILLIS - 100);
    }
    try (var client = new WireClient(weir)) {
      assertThat(client.sendHead("GET /healthz HTTP/1.1", "Host: weir").answer().status())
          .isEqualTo(200);
      assertThat(millisOf(() -> assertThat(client.rest()).isEmpty()))
          .isGreaterThanOrEqualTo(IDLE_MILLIS - 100);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET /healthz HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\nHost: weir\r\n",
        "PUT /v1/streams/cam HTTP/1.1\r\nHost: weir\r\nContent-Length: 10\r\n\r\n{",
        "PUT /v1/streams/cam HTTP/1.1\r\nHost: weir\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        "GET /healthz HTTP/1.1\r\nHost: weir\r\n\r\nGET /healthz HTTP/1.1\r\nHo",
      })
  void aRequestThatStopsHalfWayIsAnswered408(String half) {
    try (var client = new WireClient(weir)) {
      client.send(half);
      if (half.indexOf("\r\n\r\nGET") > 0) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertTimesOut(client);
    }
  }

  @Test
  void aHeadThatComesByteByByteIsAnswered408() {
    try (var client = new WireClient(weir)) {
      byte[] head =
          ("GET / HTTP/1.1\r\nHost: weir\r\nX-Note: " + "a".repeat(1000))
              .getBytes(StandardCharsets.US_ASCII);
      long millis = millisOf(() -> trickle(client, head, 0));
      assertThat(millis).isGreaterThanOrEqualTo(HEAD_MILLIS - 100);
      assertTimesOut(client);
    }
  }

  private static void assertTimesOut(WireClient client) {
    WireClient.Answer answer = client.answer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(408);
    assertThat(answer.head().field("connection")).isEqualTo("close");
    assertThat(answer.body()).contains("\"kind\":\"timeout\"");
    assertThat(client.rest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 200})
  void aPushWhoseMediaHeaderDoesNotComeIsAnswered408(int bytes) throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(PUSH, "Host: weir", "Content-Length: " + file.length);
      client.send(file, 0, bytes);
      trickle(client, bytes == 3 ? file : new byte[0], 3);
      assertTimesOut(client);
    }
    JsonNode stream = weir.json("/v1/streams/cam");
    assertThat(stream.path("lastError").asText()).contains("no whole media header within 600 ms");
    assertThat(stream.path("fragments").asInt()).isZero();
    assertThat(stream.path("live").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"final", "stream"})
  void aPushThatTricklesIsEndedAndKeptAsFarAsItCame(String acks) throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    try (var client = new WireClient(weir)) {
      client.sendHead(
          PUSH.replace("/media", "/media?acks=" + acks),
          "Host: weir",
          "Content-Length: " + file.length);
      client.send(file, 0, file.length / 2);
      if (acks.equals("final")) {
        trickle(client, file, file.length / 2);
      }
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(acks.equals("final") ? 408 : 200);
      assertThat(answer.body())
          .contains("\"kind\":\"timeout\"")
          .contains("fewer than 512 bytes in 700 ms")
          .contains(acks.equals("final") ? "\"persisted\":2" : "\"event\":\"persisted\"");
      assertThat(client.rest()).isEmpty();
    }
    assertKept();
  }

  private void assertKept() {
    Frames whole = Frames.video(SOURCE.toString());
    Frames kept = Frames.video(weir.url("/v1/streams/cam/clip.mkv?from=0"));
    assertThat(kept.frames().size()).isBetween(100, 110);
    assertThat(kept.hashes()).isEqualTo(whole.hashes().subList(0, kept.frames().size()));
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }

  /** The floor is far below what any camera sends. */
  @Test
  void aPushThatPausesAndGoesOnIsNotEnded() throws IOException {
    byte[] file = Files.readAllBytes(SOURCE);
    int piece = file.length / 8;
    try (var client = new WireClient(weir)) {
      client.sendHead(PUSH, "Host: weir", "Content-Length: " + file.length);
      for (int at = 0; at < file.length; at += piece) {
        client.send(file, at, Math.min(file.length, at + piece));
        LockSupport.parkNanos(Duration.ofMillis(PACE_MILLIS / 2).toNanos());
      }
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"persisted\":4").doesNotContain("dropped");
    }
  }

  /** A frame a second, each a fragment: more acknowledgements than any buffer takes. */
  @Test
  void aProducerThatNeverReadsItsAcksIsNeverHeldUp() throws IOException {
    Path file = folder.resolve("many.mkv");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=64x64:r=1",
        "-t",
        "3000",
        "-g",
        "1",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        file.toString());
    byte[] bytes = Files.readAllBytes(file);
    try (var client = new WireClient(weir, 4096)) {
      client.sendHead(
          PUSH.replace("/media", "/media?acks=stream"),
          "Host: weir",
          "Content-Length: " + bytes.length);
      client.send(bytes);
      Eventually.holds(
          "every fragment is on disk",
          () -> weir.json("/v1/streams/cam").path("fragments").asInt() == 3000);
      String acks = client.answer().body();
      assertThat(acks.lines().count()).isLessThan(9000);
      assertThat(acks.lines().reduce("", (before, line) -> line))
          .as("the newest is told")
          .contains("\"event\":\"persisted\"")
          .contains("\"timecode\":2999");
    }
  }
}
