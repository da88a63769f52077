// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.playback.session.SessionQuery;
import java.util.Optional;

/**
 * A playback session by HLS. Immutable.
 *
 * @param counted from where its segments are numbered; empty of one that is being opened
 */
public record HlsSession(
    SessionQuery query,
    Discontinuities discontinuities,
    ContainerFormat container,
    Optional<Counting> counted) {

  /** Before which segments a discontinuity stands; always where tracks or time base change. */
  public enum Discontinuities {
    ALWAYS,
    NEVER,
    /** Where a fragment does not begin where the one before ended. */
    AT_GAPS
  }

  /** What segments are. */
  public enum ContainerFormat {
    /** One track each. */
    FRAGMENTED_MP4,
    /** All tracks. */
    MPEG_TS
  }

  boolean isTransport() {
    return container == ContainerFormat.MPEG_TS;
  }
}
