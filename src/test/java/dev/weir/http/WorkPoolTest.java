// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Overloaded;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is new is refused when too much waits; what has begun goes on. */
final class WorkPoolTest {

  @Test
  void aFullPoolRefusesWhatIsNewAndGoesOnWithWhatHasBegun() {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var done = new CountDownLatch(5);
    try (var pool = new WorkPool("test", 1, 2)) {
      pool.execute(() -> {
        begun.countDown();
        await(release);
        done.countDown();
      });
      await(begun);
      pool.execute(done::countDown);
      pool.execute(done::countDown);
      assertThatThrownBy(() -> pool.execute(done::countDown)).isInstanceOf(Overloaded.class);
      pool.proceed(done::countDown);
      pool.proceed(done::countDown);
      release.countDown();
      await(done);
    }
  }

  @Test
  void aClosedPoolRefusesEverything() {
    var pool = new WorkPool("test", 1, 1);
    pool.close();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(Overloaded.class);
    assertThatThrownBy(() -> pool.proceed(() -> {})).isInstanceOf(Overloaded.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
