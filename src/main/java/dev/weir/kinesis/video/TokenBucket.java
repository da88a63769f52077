// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

/**
 * A rate, with a burst of what is let through in a second; more than that is let through at once
 * when nothing was for as long as it takes. Times are those of {@link System#nanoTime}.
 * Thread-safe.
 */
final class TokenBucket {

  private static final long BURST_NANOS = 1_000_000_000;

  private final long perSecond;

  /** When all that was let through would have been, by the rate alone. */
  private long paidNanos;

  TokenBucket(long perSecond, long now) {
    this.perSecond = perSecond;
    this.paidNanos = now;
  }

  /** Lets so much through, or nothing of it. */
  synchronized boolean tryTake(long amount, long now) {
    long cost = cost(amount);
    if (owed(now) + cost > Math.max(BURST_NANOS, cost)) {
      return false;
    }
    pay(cost, now);
    return true;
  }

  /** Lets so much through in any case. */
  synchronized void take(long amount, long now) {
    pay(cost(amount), now);
  }

  /** How long to wait before more is let through. */
  synchronized long waitNanos(long now) {
    return Math.max(0, owed(now) - BURST_NANOS);
  }

  /** Whether it is as good as new. */
  synchronized boolean full(long now) {
    return owed(now) == 0;
  }

  private long cost(long amount) {
    return Math.multiplyExact(amount, BURST_NANOS) / perSecond;
  }

  private long owed(long now) {
    return Math.max(0, paidNanos - now);
  }

  private void pay(long cost, long now) {
    paidNanos = now + owed(now) + cost;
  }
}
