// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How far replays come, of ten fragments of two seconds each. */
final class ReplayPaceTest {

  private static final long SECOND = 1_000_000_000;
  private static final List<FragmentEntry> TEN =
      LongStream.range(0, 10).mapToObj(ReplayPaceTest::fragment).toList();

  private final ReplayPace pace = ReplayPace.of(TEN, 3);

  private static FragmentEntry fragment(long counter) {
    return new FragmentEntry(
        new ChunkFileId(StreamId.parse("00000000-0000-0000-0000-000000000001"), 1),
        new FragmentNumber(counter, 0, 0),
        new RunId(1),
        counter * 2 * SECOND,
        0,
        2 * SECOND,
        true,
        FragmentState.WHOLE,
        1,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Bytes.EMPTY,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  @Test
  void afterTheFirstThreeAnotherComesWhenItHasPassed() {
    assertThat(pace.shown(TEN, 0)).isEqualTo(3);
    assertThat(pace.shown(TEN, 2 * SECOND - 1)).isEqualTo(3);
    assertThat(pace.shown(TEN, 2 * SECOND)).isEqualTo(4);
    assertThat(pace.shown(TEN, 13 * SECOND)).isEqualTo(9);
    assertThat(pace.shown(TEN, 14 * SECOND)).isEqualTo(10);
    assertThat(pace.shown(TEN, 1000 * SECOND)).isEqualTo(10);
  }

  @Test
  void whatIsDeletedMakesNothingComeEarlier() {
    for (int deleted = 1; deleted < 10; deleted++) {
      List<FragmentEntry> left = TEN.subList(deleted, 10);
      for (long passed = 0; passed <= 14; passed++) {
        int end = deleted + pace.shown(left, passed * SECOND);
        assertThat(end)
            .as("%d deleted, %d s passed", deleted, passed)
            .isEqualTo(Math.max(deleted + 1, pace.shown(TEN, passed * SECOND)));
      }
    }
  }

  @Test
  void whatComesAfterTheOpeningIsShownInItsTurn() {
    ReplayPace ofFour = ReplayPace.of(TEN.subList(0, 4), 3);
    assertThat(ofFour.shown(TEN, 4 * SECOND)).isEqualTo(5);
    assertThat(ofFour.shown(TEN.subList(2, 10), 4 * SECOND)).isEqualTo(3);
  }
}
