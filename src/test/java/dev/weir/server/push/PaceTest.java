// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class PaceTest {

  private static final long SECOND = 1_000_000_000L;

  /** A clock that runs only while somebody waits, and at most a second at once. */
  private static final class ParkedClock implements Pace.Clock {
    long now = 77 * SECOND;
    int parked;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void park(long nanos) {
      parked++;
      now += Math.min(nanos, SECOND);
    }
  }

  private final ParkedClock clock = new ParkedClock();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Pace pace = new Pace(clock, stopping::get);

  private long elapsedAt(long decodeNs) {
    pace.await(decodeNs);
    return clock.now - 77 * SECOND;
  }

  @Test
  void theFirstSampleGoesAtOnceAndOthersAtTheirDistanceFromIt() {
    assertThat(elapsedAt(-3 * SECOND)).isZero();
    assertThat(elapsedAt(0)).isEqualTo(3 * SECOND);
    assertThat(elapsedAt(5 * SECOND + 1)).isEqualTo(8 * SECOND + 1);
  }

  @Test
  void whatIsDueAlreadyIsNotWaitedFor() {
    elapsedAt(0);
    clock.now += 4 * SECOND;
    assertThat(elapsedAt(3 * SECOND)).isEqualTo(4 * SECOND);
    assertThat(elapsedAt(2 * SECOND)).isEqualTo(4 * SECOND);
    assertThat(elapsedAt(6 * SECOND)).isEqualTo(6 * SECOND);
  }

  @Test
  void aJumpIsNotWaitedForAndThePaceGoesOnBehindIt() {
    elapsedAt(0);
    assertThat(elapsedAt(3600 * SECOND)).isZero();
    assertThat(elapsedAt(3602 * SECOND)).isEqualTo(2 * SECOND);
    assertThat(elapsedAt(0)).isEqualTo(2 * SECOND);
    assertThat(elapsedAt(SECOND)).isEqualTo(3 * SECOND);
  }

  @Test
  void aStopEndsTheWait() {
    elapsedAt(0);
    stopping.set(true);
    assertThat(elapsedAt(9 * SECOND)).isZero();
    assertThat(clock.parked).isZero();
  }
}
