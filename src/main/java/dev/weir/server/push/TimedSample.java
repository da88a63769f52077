// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.model.Track;
import java.nio.ByteBuffer;

/**
 * A sample with all its times, nanoseconds. Immutable.
 *
 * @param presentationNs when it is shown
 * @param decodeNs when it is decoded
 * @param durationNs 0 when nobody says
 * @param discardPaddingNs dropped at the end of what it decodes to
 */
record TimedSample(
    Track track,
    long presentationNs,
    long decodeNs,
    long durationNs,
    boolean sync,
    int discardPaddingNs,
    ByteBuffer data) {

  TimedSample later(long ns) {
    return new TimedSample(
        track, presentationNs + ns, decodeNs + ns, durationNs, sync, discardPaddingNs, data);
  }
}
