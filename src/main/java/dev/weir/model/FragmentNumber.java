// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.math.BigInteger;

/**
 * The number of a fragment, in the layout of Kinesis Video Streams: a 157-bit integer made of a one
 * bit, the stream's 64-bit counter, the server's epoch milliseconds (64 bits) and 28 random bits;
 * 47 decimal digits, so numbers of one stream rise both as text and as integers. Always a string
 * outside the program. Immutable.
 *
 * @param counter the stream's counter, rises by at least one a fragment, never repeats
 * @param serverEpochMs when the server received the fragment's first byte
 * @param random 28 random bits
 */
public record FragmentNumber(long counter, long serverEpochMs, int random)
    implements Comparable<FragmentNumber> {

  private static final int RANDOM_BITS = 28;

  /** One more than the greatest random value. */
  public static final int RANDOM_BOUND = 1 << RANDOM_BITS;

  private static final int TIME_BITS = 64;
  private static final int COUNTER_BITS = 64;
  private static final BigInteger LONG_MASK = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final int DIGITS = 47;

  public FragmentNumber {
    if (counter < 0 || serverEpochMs < 0 || random < 0 || random >= RANDOM_BOUND) {
      throw new IllegalArgumentException(
          "fragment number out of range: " + counter + ", " + serverEpochMs + ", " + random);
    }
  }

  /**
   * @throws InvalidArgument when the text is not a fragment number of this layout
   */
  public static FragmentNumber parse(String text) {
    if (text.length() != DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw invalid(text);
    }
    var whole = new BigInteger(text);
    if (whole.bitLength() != 1 + COUNTER_BITS + TIME_BITS + RANDOM_BITS) {
      throw invalid(text);
    }
    int random = whole.intValue() & ((1 << RANDOM_BITS) - 1);
    long time = whole.shiftRight(RANDOM_BITS).and(LONG_MASK).longValue();
    long counter = whole.shiftRight(RANDOM_BITS + TIME_BITS).and(LONG_MASK).longValue();
    if (time < 0 || counter < 0) {
      throw invalid(text);
    }
    return new FragmentNumber(counter, time, random);
  }

  private static InvalidArgument invalid(String text) {
    return new InvalidArgument(
        "invalid fragment number",
        "fragment number",
        "47 decimal digits as given by this server",
        text.length() > 64 ? text.length() + " characters" : text);
  }

  @Override
  public int compareTo(FragmentNumber other) {
    int byCounter = Long.compare(counter, other.counter);
    if (byCounter != 0) {
      return byCounter;
    }
    int byTime = Long.compare(serverEpochMs, other.serverEpochMs);
    return byTime != 0 ? byTime : Integer.compare(random, other.random);
  }

  /** The 47 decimal digits. */
  @Override
  public String toString() {
    return BigInteger.ONE
        .shiftLeft(COUNTER_BITS)
        .or(BigInteger.valueOf(counter))
        .shiftLeft(TIME_BITS)
        .or(BigInteger.valueOf(serverEpochMs))
        .shiftLeft(RANDOM_BITS)
        .or(BigInteger.valueOf(random))
        .toString();
  }
}
