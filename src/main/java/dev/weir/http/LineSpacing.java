// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Keeps lines so far apart that each arrives alone: there are producers that look at the first of
 * what one read gives them and pass over the rest. Where many are waiting they go out at once.
 * Confined to the event loop.
 */
final class LineSpacing {

  private static final int FEW = 16;

  private final EventLoop loop;
  private final long gapNanos;
  private long nextNanos = System.nanoTime();
  private boolean scheduled;

  /**
   * @param gapMillis 0 keeps nothing apart
   */
  LineSpacing(EventLoop loop, long gapMillis) {
    this.loop = loop;
    this.gapNanos = TimeUnit.MILLISECONDS.toNanos(gapMillis);
  }

  /**
   * Whether something may be written now.
   *
   * @param again runs once it may, when it may not
   */
  boolean due(int waiting, Runnable again) {
    long now = System.nanoTime();
    if (gapNanos == 0 || waiting > FEW || now - nextNanos >= 0) {
      nextNanos = now + gapNanos;
      return true;
    }
    if (!scheduled) {
      scheduled = true;
      var _ =
          loop.schedule(
              () -> {
                scheduled = false;
                again.run();
              },
              nextNanos - now,
              TimeUnit.NANOSECONDS);
    }
    return false;
  }
}
