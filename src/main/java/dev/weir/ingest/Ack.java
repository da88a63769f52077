// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.WeirException;

/**
 * What a producer is told of a fragment, in this order: buffering, received, then persisted, stored
 * or failed. Immutable.
 */
public sealed interface Ack {

  FragmentNumber fragment();

  /**
   * Its first sample has arrived and its number is allocated.
   *
   * @param mediaTimeNs presentation time of its first sample on the media timeline
   * @param producerTimeNs the same as producer time, UTC nanoseconds
   */
  record Buffering(FragmentNumber fragment, long mediaTimeNs, long producerTimeNs) implements Ack {}

  /** All of it has arrived and been parsed. */
  record Received(FragmentNumber fragment, long mediaTimeNs, long producerTimeNs) implements Ack {}

  /** It is forced to disk and can be read. */
  record Persisted(FragmentEntry entry, long mediaTimeNs) implements Ack {
    @Override
    public FragmentNumber fragment() {
      return entry.number();
    }
  }

  /**
   * It can be read, and is kept as well as its stream asks, which is less than forced to disk.
   *
   * @param level how well
   */
  record Stored(FragmentEntry entry, long mediaTimeNs, Durability level) implements Ack {
    @Override
    public FragmentNumber fragment() {
      return entry.number();
    }
  }

  /** It could not be kept. */
  record Failed(FragmentNumber fragment, WeirException cause) implements Ack {}
}
