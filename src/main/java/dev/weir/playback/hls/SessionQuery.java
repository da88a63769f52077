// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.Clock;
import dev.weir.model.TimeRange;
import java.util.Optional;

/**
 * What a playback session is of. Immutable.
 *
 * @param fromNs the start of the range, UTC nanoseconds; of a live session meaningless
 * @param toNs excluded; open when empty
 * @param mostFragments that a playlist has
 * @param dated whether each fragment's time is told
 * @param beganNs when the session was opened, UTC nanoseconds
 */
public record SessionQuery(
    Mode mode,
    Clock clock,
    long fromNs,
    Optional<Long> toNs,
    int mostFragments,
    Discontinuities discontinuities,
    boolean dated,
    long beganNs) {

  /** What is shown of the stream, and when. */
  public enum Mode {
    /** The newest fragments. */
    LIVE,
    /** A range as if it were live: a further fragment each time the next would have passed. */
    LIVE_REPLAY,
    /** A range, all at once. */
    ON_DEMAND
  }

  /** Before which segments a discontinuity stands; always where the run changes. */
  public enum Discontinuities {
    ALWAYS,
    NEVER,
    /** Where a fragment does not begin where the one before ended. */
    AT_GAPS
  }

  TimeRange range() {
    return new TimeRange(fromNs, toNs.orElse(Long.MAX_VALUE));
  }
}
