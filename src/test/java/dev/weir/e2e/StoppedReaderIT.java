// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.ConnectionLimits;
import dev.weir.testing.Eventually;
import dev.weir.testing.Noise;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that ask for media and stop reading: they cost a bounded memory, for a bounded time. */
final class StoppedReaderIT {

  private static final long SEND_MILLIS = 1500;
  private static final ConnectionLimits SHORT =
      new ConnectionLimits(
          ConnectionLimits.DEFAULT.idleMillis(),
          ConnectionLimits.DEFAULT.headMillis(),
          ConnectionLimits.DEFAULT.mediaHeaderMillis(),
          ConnectionLimits.DEFAULT.paceMillis(),
          ConnectionLimits.DEFAULT.paceBytes(),
          SEND_MILLIS,
          ConnectionLimits.DEFAULT.ackBytes(),
          ConnectionLimits.DEFAULT.drainMillis(),
          ConnectionLimits.DEFAULT.drainBytes());

  private static final int RECEIVE_BYTES = 16 << 10;

  @TempDir static Path media;
  private static Path noise;

  @TempDir Path data;
  private RunningWeir weir;

  @BeforeAll
  static void make() {
    noise = Noise.matroska(media, 4);
  }

  @BeforeEach
  void start() {
    weir = new RunningWeir(data, SHORT);
    assertThat(weir.push("cam", noise).statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private WireClient ask(String path) {
    var client = new WireClient(weir, RECEIVE_BYTES);
    client.sendHead("GET /v1/streams/cam/" + path + " HTTP/1.1", "Host: weir");
    assertThat(client.head().status()).isEqualTo(200);
    return client;
  }

  /** Where a segment of the stream is; the playlist names it. */
  private String address(String path) {
    if (!path.equals("segment")) {
      return path;
    }
    return "hls/"
        + weir.get("/v1/streams/cam/hls/video.m3u8?from=0&to=2040-01-01T00:00:00Z")
            .body()
            .lines()
            .filter(line -> line.startsWith("seg/"))
            .findFirst()
            .orElseThrow();
  }

  private long chunkFileBytes() {
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(Files::isRegularFile).mapToLong(StoppedReaderIT::size).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException goneMeanwhile) {
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clip.mp4?from=0",
        "clip.mkv?from=0",
        "live.mkv?from=earliest",
        "live.mp4?from=earliest",
        "segment",
      })
  void isClosedAfterAWhileAndGivesItsFilesBack(String path) {
    String address = address(path);
    // What was read just before goes from file to socket.
    if (path.equals("segment")) {
      weir.bytes("/v1/streams/cam/" + address);
    }
    try (var client = ask(address)) {
      // With the first bytes of media its file is held.
      client.read(64);
      // The reader's lease is seen by what it holds up: the file of a deleted stream.
      assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
      assertThat(chunkFileBytes()).isGreaterThan(20 << 20);
      long start = System.nanoTime();
      Eventually.holds("the files are gone", () -> chunkFileBytes() < 1 << 20);
      assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis())
          .isBetween(SEND_MILLIS / 2, 4 * SEND_MILLIS);
      assertThat(client.rest().length).as("what was under way").isLessThan(4 << 20);
    }
  }

  @Test
  void manyOfThemTakeABoundedMemory() {
    long before = directBytes();
    var clients = new ArrayList<WireClient>();
    try {
      for (int i = 0; i < 40; i++) {
        clients.add(ask(List.of("clip.mp4?from=0", "live.mkv?from=earliest").get(i % 2)));
      }
      assertThat(directBytes() - before).as("40 readers of 24 MB").isLessThan(48 << 20);
    } finally {
      clients.forEach(WireClient::close);
    }
  }

  private long directBytes() {
    return (long) weir.metric("weir_memory_bytes{kind=\"direct\"}");
  }

  /** Read twice: at first through memory, and then where it can be from file to socket. */
  @ParameterizedTest
  @ValueSource(strings = {"clip.mp4?from=0", "segment"})
  void aReaderThatIsOnlySlowGetsEverything(String path) {
    String address = address(path);
    byte[] whole = weir.bytes("/v1/streams/cam/" + address);
    int piece = 64 << 10;
    try (var client = ask(address)) {
      for (int got = 0; got < 4 << 20; got += piece) {
        assertThat(client.read(piece)).isEqualTo(Arrays.copyOfRange(whole, got, got + piece));
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  @Test
  void aReaderThatGoesAwayGivesItsFilesBackAtOnce() {
    for (String path : List.of("clip.mp4?from=0", "live.mkv?from=earliest", "live.mkv?from=now")) {
      ask(path).close();
    }
    assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
    Eventually.holds(
        "the files are gone", Duration.ofMillis(SEND_MILLIS / 2), () -> chunkFileBytes() < 1 << 20);
  }

  @Test
  void oneThatAsksAgainAndAgainWithoutReadingIsClosed() {
    try (var client = new WireClient(weir, RECEIVE_BYTES)) {
      String head = "HEAD /v1/streams/cam/clip.mp4?from=0 HTTP/1.1\r\nHost: weir\r\n\r\n";
      byte[] heads = head.repeat(1000).getBytes(StandardCharsets.US_ASCII);
      boolean open = true;
      for (int i = 0; open && i < 1000; i++) {
        open = client.trySend(heads);
      }
      assertThat(open).as("still taken after a million requests").isFalse();
    }
  }
}
