// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.model.Clock;
import dev.weir.model.FragmentNumber;

/** With which fragment a stream of chunks begins. Immutable. */
public sealed interface ChunkStart {

  /** With the newest, then what comes. */
  record Now() implements ChunkStart {}

  /** With the oldest that is stored. */
  record Earliest() implements ChunkStart {}

  /** With the one after a number. */
  record After(FragmentNumber number) implements ChunkStart {}

  /** With the one in which an instant lies, UTC nanoseconds; else with the next later one. */
  record At(Clock clock, long ns) implements ChunkStart {}
}
