// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How slowly a push may come. */
final class PushPaceTest {

  private final PushPace pace = new PushPace(ConnectionLimits.DEFAULT, 0);

  private boolean ends(int second) {
    return pace.look(true, at(second)).isPresent();
  }

  private static long at(int second) {
    return TimeUnit.SECONDS.toNanos(second);
  }

  @Test
  void theSpanBeginsWithTheLastBytesThatWereEnough() {
    pace.bytes(511, at(10));
    pace.bytes(1, at(20));
    assertThat(ends(30)).isFalse();
    pace.bytes(511, at(40));
    assertThat(ends(49)).isFalse();
    assertThat(ends(50)).isTrue();
  }

  @Test
  void whoIsHeldBackIsNotSlow() {
    pace.held(at(25));
    assertThat(ends(54)).isFalse();
    assertThat(ends(55)).isTrue();
  }

  @Test
  void itIsLookedAtWhenItMayHaveBeenTooSlow() {
    pace.bytes(512, at(20));
    assertThat(pace.dueMillis(at(25))).isEqualTo(25_000);
    assertThat(pace.dueMillis(at(50))).isEqualTo(1);
  }
}
