// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.model.FragmentNumber;

/** Where endless media begins; always with a fragment that decoding can begin at. Immutable. */
public sealed interface LiveStart {

  /** With the newest fragment, or the next one when the stream is silent. */
  record Now() implements LiveStart {}

  /** With the oldest fragment that is stored. */
  record Earliest() implements LiveStart {}

  /** With the fragment at or after an instant of producer time, UTC nanoseconds. */
  record At(long producerNs) implements LiveStart {}

  /** With the fragment after a number: where a broken connection left off. */
  record After(FragmentNumber number) implements LiveStart {}
}
