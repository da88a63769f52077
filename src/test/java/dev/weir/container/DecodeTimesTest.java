// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decode times of pictures that say when they are shown, and no more. */
final class DecodeTimesTest {

  private static final int TIMESCALE = 1000;
  private static final long FRAME = 40;

  /** In the order of decoding, as a pyramid of so many levels: when each is shown, in frames. */
  private static List<Long> pyramids(int depth, int count) {
    var shown = new ArrayList<>(List.of(0L));
    long length = 1L << depth;
    for (long first = 0; first < count * length; first += length) {
      shown.add(first + length);
      between(first, first + length, shown);
    }
    return shown;
  }

  private static void between(long before, long after, List<Long> shown) {
    long middle = (before + after) / 2;
    if (middle > before) {
      shown.add(middle);
      between(before, middle, shown);
      between(middle, after, shown);
    }
  }

  private static List<Long> decodeTimes(int depth, List<Long> shown) {
    var times = new DecodeTimes(depth, TIMESCALE);
    var found = new ArrayList<Long>();
    for (long frame : shown) {
      var sample =
          new DemuxedSample(
              0, frame * FRAME, OptionalLong.empty(), 0, false, 0, ByteBuffer.allocate(1));
      times.push(sample, (given, decodeTime) -> found.add(decodeTime));
    }
    times.flush((given, decodeTime) -> found.add(decodeTime));
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aRunThatGoesOnFromAnotherHasTheTimesOfOne(int depth) {
    List<Long> first = pyramids(depth, 3);
    long length = first.size();
    List<Long> second = pyramids(depth, 3).stream().map(frame -> frame + length).toList();
    List<Long> one = decodeTimes(depth, Stream.concat(first.stream(), second.stream()).toList());
    List<Long> two = new ArrayList<>(decodeTimes(depth, first));
    two.addAll(decodeTimes(depth, second));
    assertThat(two).isEqualTo(one).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void noPictureIsDecodedAfterItIsShown() {
    for (int depth = 0; depth <= 4; depth++) {
      List<Long> shown = pyramids(depth, 5);
      List<Long> decoded = decodeTimes(depth, shown);
      for (int i = 0; i < shown.size(); i++) {
        assertThat(decoded.get(i)).isLessThanOrEqualTo(shown.get(i) * FRAME);
      }
    }
  }

  @Test
  void aRunTooShortToTellHasTimesAllTheSame() {
    assertThat(decodeTimes(2, List.of(0L))).containsExactly(-2L);
    assertThat(decodeTimes(2, List.of(0L, 4L))).containsExactly(-320L, -160L);
    assertThat(decodeTimes(2, List.of(0L, 4L, 2L))).containsExactly(-160L, -80L, 0L);
  }
}
