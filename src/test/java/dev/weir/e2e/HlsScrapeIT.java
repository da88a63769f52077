// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Playlist;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two minutes of a live stream, every playlist taken over and over, with a restart of the server in
 * between: what was once said of a number is never taken back, and an address never changes its
 * bytes.
 */
final class HlsScrapeIT {

  private static final Duration LENGTH = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Random RANDOM = new Random(20261124);

  @TempDir Path folder;

  /** What a client has been told of one rendition. */
  private static final class Memory {
    private final Map<Long, Playlist.Entry> entries = new HashMap<>();
    private long mediaSequence;
    private long discontinuitySequence;
    private int looks;

    void look(Playlist playlist) {
      playlist.assertSound();
      looks++;
      assertThat(playlist.mediaSequence()).isGreaterThanOrEqualTo(mediaSequence);
      assertThat(playlist.discontinuitySequence()).isGreaterThanOrEqualTo(discontinuitySequence);
      mediaSequence = playlist.mediaSequence();
      discontinuitySequence = playlist.discontinuitySequence();
      for (Playlist.Entry entry : playlist.entries()) {
        Playlist.Entry known = entries.putIfAbsent(entry.sequence(), entry);
        assertThat(entry).isEqualTo(known == null ? entry : known);
      }
    }
  }

  @Test
  void nothingThatWasSaidIsTakenBack() {
    var bodies = new HashMap<String, Integer>();
    Map<String, Memory> memories = Map.of("video.m3u8", new Memory(), "audio.m3u8", new Memory());
    try (var weir = new RunningWeir(folder.resolve("data"))) {
      long end = System.nanoTime() + LENGTH.toNanos();
      long restart = System.nanoTime() + LENGTH.toNanos() / 2;
      boolean restarted = false;
      Program producer = producer(weir);
      try {
        while (System.nanoTime() < end) {
          memories.forEach((name, memory) -> look(weir, name, memory, bodies));
          if (!restarted && System.nanoTime() > restart) {
            restarted = true;
            weir.stop();
            producer.close();
            weir.start();
            producer = producer(weir);
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
        assertThat(producer.process().isAlive()).as(producer.errors()).isTrue();
      } finally {
        producer.close();
      }
    }
    memories.forEach((name, memory) -> {
      assertThat(memory.looks).as("looks at %s", name).isGreaterThan(100);
      assertThat(memory.discontinuitySequence + discontinuities(memory)).isPositive();
      // Two seconds a fragment: what was pushed in the time is there.
      assertThat(memory.entries.size()).as("segments of %s", name).isBetween(40, 70);
    });
  }

  private static long discontinuities(Memory memory) {
    return memory.entries.values().stream()
        .mapToLong(Playlist.Entry::discontinuity)
        .max()
        .orElse(0);
  }

  private static Program producer(RunningWeir weir) {
    return Program.start(
        List.of(
            "ffmpeg",
            "-v",
            "error",
            "-re",
            "-stream_loop",
            "-1",
            "-i",
            "media-samples/h264-aac.mp4",
            "-c",
            "copy",
            "-f",
            "matroska",
            "-live",
            "1",
            weir.url("/v1/streams/cam/media")));
  }

  private static void look(
      RunningWeir weir, String name, Memory memory, Map<String, Integer> bodies) {
    HttpResponse<String> answer = weir.get("/v1/streams/cam/hls/" + name + "?window=30s");
    if (answer.statusCode() == 404) {
      // Before the first fragment; never again.
      assertThat(memory.looks).as("404 after media was there").isZero();
      return;
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Playlist playlist = Playlist.parse(answer.body());
    memory.look(playlist);
    for (Playlist.Entry entry : playlist.entries()) {
      boolean again = RANDOM.nextInt(8) == 0;
      if (!entry.gap() && (again || !bodies.containsKey(entry.uri()))) {
        assertSameBytes(weir, entry.uri(), bodies);
        assertSameBytes(weir, entry.map(), bodies);
      }
    }
  }

  private static void assertSameBytes(RunningWeir weir, String uri, Map<String, Integer> bodies) {
    int hash = Arrays.hashCode(weir.bytes("/v1/streams/cam/hls/" + uri));
    Integer known = bodies.putIfAbsent(uri, hash);
    assertThat(hash).as("bytes of %s", uri).isEqualTo(known == null ? hash : known);
  }
}
