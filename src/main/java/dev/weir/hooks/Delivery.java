// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;
import dev.weir.model.SimpleTag;
import java.util.List;
import java.util.Optional;

/**
 * One thing that a receiver is told. Immutable.
 *
 * @param event what happened
 * @param sequence dense, by hook and stream, from 1
 * @param timeNs producer time of it, UTC nanoseconds
 * @param of number of the fragment or of the record that it is of; empty when it is of none
 * @param contentType of the body
 * @param body what is sent
 * @param tagged of fragments whose producer asked for it
 */
record Delivery(
    HookEvent event,
    long sequence,
    long timeNs,
    String of,
    String contentType,
    Bytes body,
    Optional<Tagged> tagged) {

  /** How the names of tags begin that are instructions, and no news of the fragment. */
  static final String RESERVED = "AWS";

  /**
   * What a producer has said of a fragment. Immutable.
   *
   * @param producerTimeNs of the fragment's begin, as the server's
   */
  record Tagged(long producerTimeNs, long serverTimeNs, List<SimpleTag> tags) {

    Tagged {
      tags = List.copyOf(tags);
    }
  }

  Delivery(HookEvent event, long sequence, long timeNs, String of, String contentType, Bytes body) {
    this(event, sequence, timeNs, of, contentType, body, Optional.empty());
  }
}
