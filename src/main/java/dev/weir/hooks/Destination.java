// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

/**
 * Where the deliveries of a hook go. Thread-safe; blocks until a receiver has answered, on virtual
 * threads.
 */
interface Destination {

  /**
   * What came of one try. Immutable.
   *
   * @param refused the receiver says that trying again won't help
   * @param what a status, or why there was none
   */
  record Outcome(boolean arrived, boolean refused, String what) {}

  Outcome send(Delivery delivery);
}
