// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.util.Optional;

/**
 * What a hook is due in a stream, step by step. The steps follow from the position and from what is
 * stored alone, but for silence and the end, which the clock brings. Confined to one thread at a
 * time; blocks on what is stored and on a decoder.
 */
interface Due {

  /**
   * Something that is not told of any more. Immutable.
   *
   * @param of number of the fragment or of the record
   */
  record GivenUp(String of, long timeNs, String reason) {}

  /**
   * A step. Immutable.
   *
   * @param delivery what is to be told first, if anything
   * @param after the position once it was told
   */
  record Step(Optional<Delivery> delivery, Position after, Optional<GivenUp> givenUp) {

    static Step told(Delivery delivery, Position after) {
      return new Step(Optional.of(delivery), after, Optional.empty());
    }

    static Step silently(Position after) {
      return new Step(Optional.empty(), after, Optional.empty());
    }

    /** Whether there is nothing to say. */
    boolean silent() {
      return delivery.isEmpty() && givenUp.isEmpty();
    }

    static Step givenUp(String of, long timeNs, String reason, Position after) {
      return new Step(Optional.empty(), after, Optional.of(new GivenUp(of, timeNs, reason)));
    }
  }

  /** The next step; empty while there is none. */
  Optional<Step> next(Position position);

  /**
   * The delivery that followed from a position; empty when what it was of is gone.
   *
   * @param of number of the fragment or of the record; empty when it was of none
   */
  Optional<Delivery> again(Position position, String of);
}
