// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.model.MediaTime;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Holds media back until its decode time has come, by a clock that nobody sets. The first moment
 * asked for is now; a jump of media time is not waited for, the pace goes on from there. Confined
 * to one thread, which can be woken by unparking it.
 */
final class Pace {

  private static final long JUMP_NS = 10 * MediaTime.NANOS_PER_SECOND;

  /** A clock that only runs forward, and the way to wait on it. */
  interface Clock {
    long nanoTime();

    /** Returns after about so many nanoseconds, or earlier. */
    void park(long nanos);
  }

  static final Clock MONOTONIC =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void park(long nanos) {
          LockSupport.parkNanos(nanos);
        }
      };

  private final Clock clock;
  private final BooleanSupplier stopping;
  private boolean begun;
  private long clockNs;
  private long mediaNs;
  private long newestNs;

  Pace(Clock clock, BooleanSupplier stopping) {
    this.clock = clock;
    this.stopping = stopping;
  }

  /** Waits until a decode time has come; not when the work is to be stopped. */
  void await(long decodeNs) {
    if (!begun || decodeNs > newestNs + JUMP_NS || decodeNs < newestNs - JUMP_NS) {
      begun = true;
      clockNs = clock.nanoTime();
      mediaNs = decodeNs;
      newestNs = decodeNs;
      return;
    }
    newestNs = Math.max(newestNs, decodeNs);
    long due = clockNs + (decodeNs - mediaNs);
    for (long left = due - clock.nanoTime();
        left > 0 && !stopping.getAsBoolean();
        left = due - clock.nanoTime()) {
      clock.park(left);
    }
  }
}
