// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * Exact conversions between a track's ticks and nanoseconds. Integers only; values beyond 292 years
 * throw {@link ArithmeticException}. Stateless.
 */
public final class MediaTime {

  public static final long NANOS_PER_SECOND = 1_000_000_000L;
  public static final long NANOS_PER_MILLI = 1_000_000L;

  private MediaTime() {}

  /** Ticks of {@code timescale} a second as nanoseconds, rounded to nearest (ties up). */
  public static long toNanos(long ticks, int timescale) {
    return rescale(ticks, timescale, NANOS_PER_SECOND);
  }

  /** Nanoseconds as ticks of {@code timescale} a second, rounded to nearest (ties up). */
  public static long toTicks(long nanos, int timescale) {
    return rescale(nanos, NANOS_PER_SECOND, timescale);
  }

  /** {@code value * to / from}, rounded to nearest (ties up), exact in between. */
  public static long rescale(long value, long from, long to) {
    if (from == to) {
      return value;
    }
    // Split so that the product stays in 64 bits: whole seconds first, then the remainder (< from).
    long whole = Math.floorDiv(value, from);
    long rest = Math.floorMod(value, from);
    long restScaled =
        Math.floorDiv(Math.addExact(Math.multiplyExact(rest, 2 * to), from), 2 * from);
    return Math.addExact(Math.multiplyExact(whole, to), restScaled);
  }
}
