// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.model.FragmentEntry;
import dev.weir.model.WeirException;
import java.util.List;
import java.util.Optional;

/**
 * What a push came to. Immutable.
 *
 * @param fragments fragments that were received whole
 * @param persisted of these, how many are on disk
 * @param firstProducerNs producer time of the earliest persisted media, UTC nanoseconds; 0 when
 *     none
 * @param lastProducerNs producer time at which the latest ends; 0 when none
 * @param payloadBytes bytes of persisted samples
 * @param dropped what could not be kept, one line each, at most the first twenty
 * @param failure the first storage failure
 */
public record IngestSummary(
    int fragments,
    int persisted,
    long firstProducerNs,
    long lastProducerNs,
    long payloadBytes,
    List<String> dropped,
    Optional<WeirException> failure) {

  public IngestSummary {
    dropped = List.copyOf(dropped);
  }

  static final IngestSummary NOTHING =
      new IngestSummary(0, 0, 0, 0, 0, List.of(), Optional.empty());

  IngestSummary received() {
    return new IngestSummary(
        fragments + 1, persisted, firstProducerNs, lastProducerNs, payloadBytes, dropped, failure);
  }

  IngestSummary persisted(FragmentEntry entry) {
    boolean first = persisted == 0;
    return new IngestSummary(
        fragments,
        persisted + 1,
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
        firstProducerNs,
        lastProducerNs,
        payloadBytes,
        dropped,
        failure.or(() -> Optional.of(cause)));
  }

  IngestSummary dropped(String why) {
    if (dropped.size() >= 20) {
      return this;
    }
    var more = new java.util.ArrayList<>(dropped);
    more.add(why);
    return new IngestSummary(
        fragments, persisted, firstProducerNs, lastProducerNs, payloadBytes, more, failure);
  }
}
