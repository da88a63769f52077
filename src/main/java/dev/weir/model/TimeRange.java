// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.time.Instant;

/**
 * A half-open range of UTC nanoseconds since the epoch: {@code fromNs} inclusive, {@code toNs}
 * exclusive. Immutable.
 */
public record TimeRange(long fromNs, long toNs) {

  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /**
   * @throws InvalidArgument when the range is reversed
   */
  public TimeRange {
    if (toNs < fromNs) {
      throw new InvalidArgument(
          "reversed range",
          "from, to",
          "from not after to",
          instant(fromNs) + " to " + instant(toNs));
    }
  }

  /**
   * Whether a span from its start up to its end has an instant in the range; an empty range has
   * none.
   */
  public boolean intersects(long startNs, long endNs) {
    return fromNs < toNs
        && startNs < toNs
        && (endNs > fromNs || (startNs == endNs && startNs >= fromNs));
  }

  /** The instant of UTC nanoseconds. */
  public static Instant instant(long ns) {
    return Instant.ofEpochSecond(
        Math.floorDiv(ns, MediaTime.NANOS_PER_SECOND),
        Math.floorMod(ns, MediaTime.NANOS_PER_SECOND));
  }

  /** UTC nanoseconds of an instant; clamped to what 64 bits hold (1677 to 2262). */
  public static long nanos(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MediaTime.NANOS_PER_SECOND),
          instant.getNano());
    } catch (ArithmeticException e) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
