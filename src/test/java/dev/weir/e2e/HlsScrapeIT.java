// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Eventually;
import dev.weir.testing.Playlist;
import dev.weir.testing.PlaylistMemory;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two minutes of a live stream, every playlist that the multivariant playlists name taken over and
 * over, live ones and those of a range that grows, with media filled in at its start and a restart
 * of the server in between: what was once said of a number is never taken back, and an address
 * never changes its bytes.
 */
final class HlsScrapeIT {

  private static final Duration LENGTH = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Random RANDOM = new Random(20261124);

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");

  @TempDir Path folder;

  /** One media playlist that a client has found, and what it was told by it. */
  private record Watched(String address, PlaylistMemory memory) {}

  @Test
  void nothingThatWasSaidIsTakenBack() {
    var bodies = new HashMap<String, Integer>();
    var live = new ArrayList<Watched>();
    var ranges = new ArrayList<Watched>();
    try (var weir = new RunningWeir(folder.resolve("data"))) {
      // A range that holds an hour before what is pushed live, and goes on.
      String from = Long.toString(System.currentTimeMillis() - 3_600_000);
      long end = System.nanoTime() + LENGTH.toNanos();
      long fillIn = System.nanoTime() + LENGTH.toNanos() / 4;
      long restart = System.nanoTime() + LENGTH.toNanos() / 2;
      boolean filledIn = false;
      boolean restarted = false;
      Program producer = producer(weir);
      try {
        Eventually.holds(
            "something is live",
            () -> weir.get("/v1/streams/cam/hls/index.m3u8").statusCode() == 200);
        live.addAll(watched(weir, "?window=30s"));
        ranges.addAll(watched(weir, "?from=" + from));
        while (System.nanoTime() < end) {
          note(weir);
          live.forEach(each -> look(weir, each, bodies));
          ranges.forEach(each -> look(weir, each, bodies));
          if (!filledIn && System.nanoTime() > fillIn) {
            filledIn = true;
            // Into the range, before all that is listed: those who ask anew see it.
            assertThat(weir.push("cam", SAMPLE, "?timecodes=relative&start=" + from).statusCode())
                .isEqualTo(200);
            ranges.addAll(watched(weir, "?from=" + from));
          }
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
    assertThat(live).hasSize(2);
    assertThat(ranges).hasSize(4);
    // Two seconds a fragment: what was pushed in the time is there.
    live.forEach(each -> assertWatched(each, 40, 70));
    // One each look, where there is media by then: a restart takes some seconds.
    live.forEach(each -> assertThat(each.memory.dateRanges()).isGreaterThan(60));
    ranges.forEach(each -> assertThat(each.memory.dateRanges()).isGreaterThan(60));
    ranges.subList(0, 2).forEach(each -> assertWatched(each, 40, 70));
    ranges.subList(2, 4).forEach(each -> assertWatched(each, 42, 74));
  }

  private static void assertWatched(Watched each, int least, int most) {
    assertThat(each.memory.looks()).as("looks at %s", each.address).isGreaterThan(80);
    assertThat(each.memory.discontinuities()).as(each.address).isPositive();
    assertThat(each.memory.segments()).as("segments of %s", each.address).isBetween(least, most);
  }

  /** The media playlists that a multivariant playlist names. */
  private static List<Watched> watched(RunningWeir weir, String query) {
    String text = weir.get("/v1/streams/cam/hls/index.m3u8" + query).body();
    return Playlist.named(text).stream()
        .map(address -> new Watched(address, new PlaylistMemory()))
        .toList();
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

  /** A record of now. */
  private static void note(RunningWeir weir) {
    String record =
        "{\"time\":%d,\"type\":\"look\",\"durationMs\":%d}"
            .formatted(System.currentTimeMillis(), RANDOM.nextInt(3000));
    HttpResponse<String> answer =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam/records")))
                .POST(HttpRequest.BodyPublishers.ofString(record)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static void look(RunningWeir weir, Watched watched, Map<String, Integer> bodies) {
    HttpResponse<String> answer = weir.get("/v1/streams/cam/hls/" + watched.address);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Playlist playlist = Playlist.parse(answer.body());
    watched.memory.look(playlist);
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
