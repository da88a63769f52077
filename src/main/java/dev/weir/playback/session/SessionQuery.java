// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import dev.weir.model.Clock;
import dev.weir.model.TimeRange;
import java.util.Optional;

/**
 * What a playback session is of. Immutable.
 *
 * @param fromNs the start of the range, UTC nanoseconds; of a live session where it began
 * @param toNs excluded; open when empty
 * @param mostFragments that a list shows at a time
 * @param dated whether each fragment's time is told
 * @param beganNs when the session was opened, UTC nanoseconds
 * @param settledCounter late fragments up to this counter were stored or given up by then: later
 *     ones would stand in the middle of what was told already
 * @param pace of a replay that goes on
 */
public record SessionQuery(
    Mode mode,
    Clock clock,
    long fromNs,
    Optional<Long> toNs,
    int mostFragments,
    boolean dated,
    long beganNs,
    long settledCounter,
    Optional<ReplayPace> pace) {

  /** What is shown of the stream, and when. */
  public enum Mode {
    /** The newest fragments. */
    LIVE,
    /** A range as if it were live: a further fragment each time the next would have passed. */
    LIVE_REPLAY,
    /** A range, all at once. */
    ON_DEMAND
  }

  /** The same session, which began there, and goes on like this. */
  SessionQuery begun(long beginNs, Optional<ReplayPace> going) {
    return new SessionQuery(
        mode, clock, beginNs, toNs, mostFragments, dated, beganNs, settledCounter, going);
  }

  boolean reaches(long startNs) {
    return startNs >= fromNs && startNs < toNs.orElse(Long.MAX_VALUE);
  }

  TimeRange range() {
    return new TimeRange(fromNs, toNs.orElse(Long.MAX_VALUE));
  }
}
