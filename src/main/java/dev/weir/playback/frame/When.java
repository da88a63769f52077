// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.model.Clock;

/** Which moment of a stream is meant. Immutable. */
public sealed interface When {

  /** The picture shown at an instant, by one of the clocks; UTC nanoseconds since the epoch. */
  record At(long utcNs, Clock clock) implements When {}

  /** The newest picture stored. */
  record Latest() implements When {}
}
