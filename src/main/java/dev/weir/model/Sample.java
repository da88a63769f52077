// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * One coded frame without its bytes, times in ticks of its track's timescale on the run's media
 * timeline. Immutable.
 *
 * @param decodeTime decode time; rises strictly along a track; may be negative at the start of a
 *     run
 * @param compositionOffset presentation time minus decode time
 * @param duration until the next sample's decode time, positive
 * @param size payload bytes, 0 or more
 * @param sync whether decoding can begin here (IDR, or CRA/BLA whose leading pictures are then
 *     dropped)
 * @param discardPaddingNs how much of what it decodes to is dropped at its end, nanoseconds, 0 or
 *     more: the padding of a last Opus packet (RFC 9559 § 5.1.3.5.7)
 */
public record Sample(
    long decodeTime,
    int compositionOffset,
    int duration,
    int size,
    boolean sync,
    int discardPaddingNs) {

  /** A sample that is given back whole. */
  public Sample(long decodeTime, int compositionOffset, int duration, int size, boolean sync) {
    this(decodeTime, compositionOffset, duration, size, sync, 0);
  }

  public long presentationTime() {
    return decodeTime + compositionOffset;
  }
}
