// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.util.Random;

/**
 * How a producer in real time sends: a fragment in equal pieces, one each so many nanoseconds.
 * Immutable.
 */
record Pace(int pieces, long pieceNanos) {

  /** Fragments of two seconds, in pieces of 100 ms. */
  static final Pace REAL_TIME = new Pace(20, 100_000_000);

  /** Where a piece of a fragment of this size begins. */
  int at(int size, int piece) {
    return (int) ((long) size * piece / pieces);
  }

  /** When in the first fragment's time a producer begins: not all at once. */
  long phaseNanos(Random random) {
    return random.nextLong(pieces * pieceNanos);
  }
}
