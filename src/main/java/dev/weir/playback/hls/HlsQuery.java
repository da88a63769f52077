// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.Clock;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import java.util.Optional;

/**
 * What a player asks for: live with rewind when there is no {@code fromNs}, else that range.
 * Immutable.
 *
 * @param fromNs start, UTC nanoseconds
 * @param toNs end; open when empty
 * @param windowNs how far back a live playlist reaches
 * @param anchor of a range, when the multivariant playlist has said one
 * @param targetDurationNs the stream's target duration
 */
public record HlsQuery(
    Optional<Long> fromNs,
    Optional<Long> toNs,
    Clock clock,
    long windowNs,
    Optional<String> anchor,
    long targetDurationNs) {

  /** The query parameter of a media playlist that holds its anchor. */
  public static final String ANCHOR = "anchor";

  /** How far back a live playlist reaches when nothing is said. */
  public static final long DEFAULT_WINDOW_NS = 60 * MediaTime.NANOS_PER_SECOND;

  boolean isLive() {
    return fromNs.isEmpty();
  }

  TimeRange range() {
    return new TimeRange(fromNs.orElse(Long.MIN_VALUE), toNs.orElse(Long.MAX_VALUE));
  }
}
