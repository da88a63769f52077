// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * One coded frame as a container carried it, times in ticks of its track's timescale.
 *
 * @param trackIndex into the tracks last given to the sink
 * @param presentationTime when it is shown
 * @param decodeTime when it is decoded, where the container says so (MP4 does, Matroska does not)
 * @param duration ticks, 0 when the container does not say
 * @param sync whether decoding can begin here, by the bitstream where it can be told, else by the
 *     container's flag
 * @param discardPaddingNs how much of what it decodes to is dropped at its end, nanoseconds
 * @param data the frame: length-prefixed NAL units for H.264 and HEVC, one access unit for AAC and
 *     Opus; position 0 to limit, backed by memory that nobody else writes
 */
public record DemuxedSample(
    int trackIndex,
    long presentationTime,
    OptionalLong decodeTime,
    int duration,
    boolean sync,
    int discardPaddingNs,
    ByteBuffer data) {

  /** The same at another time. */
  public DemuxedSample later(long ticks) {
    OptionalLong decoded =
        decodeTime.isPresent()
            ? OptionalLong.of(Math.addExact(decodeTime.getAsLong(), ticks))
            : decodeTime;
    return new DemuxedSample(
        trackIndex,
        Math.addExact(presentationTime, ticks),
        decoded,
        duration,
        sync,
        discardPaddingNs,
        data);
  }
}
