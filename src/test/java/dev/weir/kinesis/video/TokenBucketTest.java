// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rates, by a clock of the test. */
final class TokenBucketTest {

  private static final long SECOND = 1_000_000_000;

  /** Where {@link System#nanoTime} may well be. */
  private static final long BEGIN = Long.parseLong("9223372036000000000");

  @Test
  void asMuchAsOfASecondIsTakenAtOnceAndTheRestAtTheRate() {
    var bucket = new TokenBucket(5, BEGIN);
    for (int i = 0; i < 5; i++) {
      assertThat(bucket.tryTake(1, BEGIN)).isTrue();
    }
    assertThat(bucket.tryTake(1, BEGIN)).isFalse();
    assertThat(bucket.tryTake(1, BEGIN + SECOND / 5 - 1)).isFalse();
    assertThat(bucket.tryTake(1, BEGIN + SECOND / 5)).isTrue();
    assertThat(bucket.tryTake(1, BEGIN + SECOND / 5)).isFalse();
  }

  @Test
  void whatIsRefusedCostsNothing() {
    var bucket = new TokenBucket(1, BEGIN);
    assertThat(bucket.tryTake(1, BEGIN)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(bucket.tryTake(1, BEGIN + SECOND - 1)).isFalse();
    }
    assertThat(bucket.tryTake(1, BEGIN + SECOND)).isTrue();
  }

  @Test
  void moreThanOfASecondIsTakenByWhoTookNothingBefore() {
    var bucket = new TokenBucket(500, BEGIN);
    assertThat(bucket.tryTake(1000, BEGIN)).isTrue();
    assertThat(bucket.tryTake(1, BEGIN + SECOND)).isFalse();
    assertThat(bucket.tryTake(1000, BEGIN + SECOND)).isFalse();
    assertThat(bucket.tryTake(1000, BEGIN + 2 * SECOND)).isTrue();
  }

  @Test
  void whatCannotBeRefusedIsWaitedFor() {
    var bucket = new TokenBucket(1000, BEGIN);
    bucket.take(1000, BEGIN);
    assertThat(bucket.waitNanos(BEGIN)).isZero();
    bucket.take(500, BEGIN);
    assertThat(bucket.waitNanos(BEGIN)).isEqualTo(SECOND / 2);
    assertThat(bucket.waitNanos(BEGIN + SECOND / 4)).isEqualTo(SECOND / 4);
    assertThat(bucket.full(BEGIN + SECOND)).isFalse();
    assertThat(bucket.full(BEGIN + 3 * SECOND / 2)).isTrue();
  }
}
