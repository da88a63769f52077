// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.container.codec.CodecParser;
import dev.weir.model.Bytes;
import dev.weir.model.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the samples of inputs come to lie on one timeline; all times here are milliseconds. */
final class SpliceTest {

  private static final long MS = 1_000_000;
  private static final Track FIRST = track(0);
  private static final Track SECOND = track(1);

  private final List<Long> times = new ArrayList<>();
  private final List<Integer> tracks = new ArrayList<>();
  private final Splice splice =
      new Splice(
          new Splice.Out() {
            @Override
            public void tracks(List<Track> declared) {}

            @Override
            public void accept(TimedSample sample) {
              times.add(sample.presentationNs() / MS);
              tracks.add(sample.track().index());
            }
          },
          note -> {
            throw new AssertionError(note);
          });

  private static Track track(int index) {
    return new Track(index, 1000, "und", CodecParser.aac(Bytes.fromHex("1190")));
  }

  private static TimedSample sample(Track track, long ms, long durationMs) {
    return new TimedSample(
        track, ms * MS, ms * MS, durationMs * MS, true, 0, ByteBuffer.allocate(1));
  }

  private void input(long durationMs, long... ms) {
    header(durationMs, ms);
    assertThat(splice.inputEnds()).isEqualTo(ms.length > 0);
  }

  private void header(long durationMs, long... ms) {
    splice.tracks(List.of(FIRST, SECOND));
    for (long each : ms) {
      splice.sample(sample(FIRST, each, durationMs));
    }
  }

  @Test
  void theFirstSampleIsAtZeroAndTheNextInputFollowsTheLastDuration() {
    input(40, 5000, 5040, 5080);
    input(40, -20, 20);
    assertThat(times).containsExactly(0L, 40L, 80L, 120L, 160L);
  }

  @Test
  void withoutADurationTheLastDistanceCountsAgain() {
    input(0, 0, 30, 60);
    input(0, 0);
    input(0, 0);
    assertThat(times).containsExactly(0L, 30L, 60L, 90L, 110L);
  }

  @Test
  void theEarliestSampleCountsNotTheFirstThatComes() {
    input(40, 80, 0, 40, 600);
    assertThat(times).containsExactly(80L, 0L, 40L, 600L);
    input(40, 0);
    assertThat(times).last().isEqualTo(640L);
  }

  @Test
  void theLongestTrackDecidesWhereTheNextInputBegins() {
    splice.tracks(List.of(FIRST, SECOND));
    splice.sample(sample(FIRST, 0, 40));
    splice.sample(sample(SECOND, 10, 100));
    splice.inputEnds();
    input(40, 0);
    assertThat(times).containsExactly(0L, 10L, 110L);
    assertThat(tracks).containsExactly(0, 1, 0);
  }

  @Test
  void aHeaderInTheMiddleKeepsAGapOfTheInput() {
    header(40, 1000, 1040);
    header(40, 3000, 3040);
    splice.inputEnds();
    assertThat(times).containsExactly(0L, 40L, 2000L, 2040L);
  }

  @Test
  void aHeaderInTheMiddleWithWhichTimeGoesBackBeginsAnew() {
    header(40, 1000, 1040);
    header(40, 0, 40);
    splice.inputEnds();
    assertThat(times).containsExactly(0L, 40L, 80L, 120L);
  }

  @Test
  void anInputWithoutSamplesTakesNoTime() {
    input(40, 0);
    input(40);
    input(40, 7);
    assertThat(times).containsExactly(0L, 40L);
  }

  @Test
  void samplesWithoutAnyTimeAreNotHeldForEver() {
    splice.tracks(List.of(FIRST));
    for (int i = 0; i < 3000; i++) {
      splice.sample(sample(FIRST, 0, 0));
    }
    assertThat(times).hasSize(3000);
  }
}
