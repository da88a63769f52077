// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a push comes fast enough: its container's header in time, and from then on a floor of
 * bytes in every span, wherever it begins. The time in which the server itself holds the producer
 * back is not counted. Times are those of {@link System#nanoTime}. Confined to the event loop.
 */
final class PushPace {

  private final ConnectionLimits limits;
  private final long startNanos;
  private long spanNanos;
  private long spanBytes;
  private long quietSinceNanos;

  PushPace(ConnectionLimits limits, long now) {
    this.limits = limits;
    this.startNanos = now;
    this.spanNanos = now;
    this.quietSinceNanos = now;
  }

  /** When it may have come too slowly. */
  long dueMillis(long now) {
    long left = limits.paceMillis() - TimeUnit.NANOSECONDS.toMillis(now - spanNanos);
    return Math.min(limits.mediaHeaderMillis(), Math.max(1, left));
  }

  void bytes(int count, long now) {
    spanBytes += count;
    quietSinceNanos = now;
    if (spanBytes >= limits.paceBytes()) {
      begin(now);
    }
  }

  /** The producer may not send now. */
  void held(long now) {
    begin(now);
    quietSinceNanos = now;
  }

  private void begin(long now) {
    spanNanos = now;
    spanBytes = 0;
  }

  /** The producer was told that nothing comes: another such span begins. */
  void quietSaid(long now) {
    quietSinceNanos = now;
  }

  /** How long nothing has come, or since that was said. */
  long quietMillis(long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - quietSinceNanos);
  }

  /**
   * What is wrong with the pace; empty when nothing is.
   *
   * @param accepted the container's header has come
   */
  Optional<Problem> look(boolean accepted, long now) {
    if (!accepted) {
      begin(now);
      return TimeUnit.NANOSECONDS.toMillis(now - startNanos) < limits.mediaHeaderMillis()
          ? Optional.empty()
          : Optional.of(
              Problem.timeout(
                  "no media header",
                  "no whole media header within " + limits.mediaHeaderMillis() + " ms"));
    }
    if (TimeUnit.NANOSECONDS.toMillis(now - spanNanos) < limits.paceMillis()) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.timeout(
            "the push trickles",
            "fewer than "
                + limits.paceBytes()
                + " bytes in "
                + limits.paceMillis()
                + " ms; what came before is kept"));
  }
}
