// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.model.FragmentEntry;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a push came to. Immutable.
 *
 * @param fragments fragments that were received whole
 * @param persisted of these, how many are on disk
 * @param stored of these, how many are kept as their stream asks, which is less than on disk
 * @param firstProducerNs producer time of the earliest media kept, UTC nanoseconds; 0 when none
 * @param lastProducerNs producer time at which the latest ends; 0 when none
 * @param payloadBytes bytes of samples kept
 * @param dropped what could not be kept, one line each, at most the first twenty
 * @param failure the first storage failure
 */
public record IngestSummary(
    int fragments,
    int persisted,
    int stored,
    long firstProducerNs,
    long lastProducerNs,
    long payloadBytes,
    List<String> dropped,
    Optional<WeirException> failure) {

  private static final int MOST_DROPPED = 20;

  public IngestSummary {
    dropped = List.copyOf(dropped);
  }

  static final IngestSummary NOTHING =
      new IngestSummary(0, 0, 0, 0, 0, 0, List.of(), Optional.empty());

  IngestSummary received() {
    return new IngestSummary(
        fragments + 1,
        persisted,
        stored,
        firstProducerNs,
        lastProducerNs,
        payloadBytes,
        dropped,
        failure);
  }

  /**
   * @param forced whether it lies on disk, and not only in the server's hands
   */
  IngestSummary settled(FragmentEntry entry, boolean forced) {
    boolean first = persisted + stored == 0;
    return new IngestSummary(
        fragments,
        persisted + (forced ? 1 : 0),
        stored + (forced ? 0 : 1),
        first ? entry.producerTimeNs() : Math.min(firstProducerNs, entry.producerTimeNs()),
        first ? entry.producerEndNs() : Math.max(lastProducerNs, entry.producerEndNs()),
        payloadBytes + entry.payloadBytes(),
        dropped,
        failure);
  }

  IngestSummary failed(WeirException cause) {
    return new IngestSummary(
        fragments,
        persisted,
        stored,
        firstProducerNs,
        lastProducerNs,
        payloadBytes,
        dropped,
        failure.or(() -> Optional.of(cause)));
  }

  IngestSummary dropped(String why) {
    if (dropped.size() >= MOST_DROPPED) {
      return this;
    }
    var more = new ArrayList<>(dropped);
    more.add(why);
    return new IngestSummary(
        fragments, persisted, stored, firstProducerNs, lastProducerNs, payloadBytes, more, failure);
  }
}
