// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.model.Bytes;
import dev.weir.model.MediaTime;

/**
 * A picture of a stream as a file. Immutable.
 *
 * @param file its bytes
 * @param mediaType what the bytes are
 * @param width pixels
 * @param height pixels
 * @param producerTimeNs exact producer time from which the picture is shown, UTC nanoseconds
 * @param sync whether it is a key frame
 */
public record Frame(
    Bytes file, String mediaType, int width, int height, long producerTimeNs, boolean sync) {

  /**
   * The producer time in UTC milliseconds, rounded up: at that instant this very picture is shown,
   * while a time rounded down may be the picture's before.
   */
  public long producerTimeMs() {
    return Math.ceilDiv(producerTimeNs, MediaTime.NANOS_PER_MILLI);
  }
}
