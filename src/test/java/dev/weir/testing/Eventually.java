// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process does in its own time, up to a bound. Stateless. */
public final class Eventually {

  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(10).toNanos();

  private Eventually() {}

  /** Fails the test when the condition does not come true within half a minute. */
  public static void holds(String what, BooleanSupplier condition) {
    holds(what, Duration.ofSeconds(30), condition);
  }

  /** Fails the test when the condition does not come true in that time. */
  public static void holds(String what, Duration within, BooleanSupplier condition) {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + within + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
