// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How fast media may flow: nothing is refused, what is too fast waits. Thread-safe.
 *
 * @param bytes empty where any number may
 * @param fragments likewise
 */
record MediaPace(Optional<TokenBucket> bytes, Optional<TokenBucket> fragments) {

  void bytes(long count) {
    bytes.ifPresent(bucket -> bucket.take(count, System.nanoTime()));
  }

  void fragment() {
    fragments.ifPresent(bucket -> bucket.take(1, System.nanoTime()));
  }

  /** How long to wait before more may flow. */
  long waitNanos() {
    long now = System.nanoTime();
    return Math.max(wait(bytes, now), wait(fragments, now));
  }

  /** Runs the action when more may flow: now, or on another thread; it must not block. */
  void whenFree(Runnable action) {
    long wait = waitNanos();
    if (wait == 0) {
      action.run();
    } else {
      CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS, Runnable::run).execute(action);
    }
  }

  private static long wait(Optional<TokenBucket> bucket, long now) {
    return bucket.map(each -> each.waitNanos(now)).orElse(0L);
  }
}
