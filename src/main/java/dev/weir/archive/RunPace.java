// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How fast the newest run comes, and how true its producer's clock is: of its first known fragment
 * and of the last few. Confined by its stream's lock.
 */
final class RunPace {

  private static final int RECENT = 10;

  /** By counter: fragments of one session are published in order, those of a restart are not. */
  private final NavigableMap<Long, FragmentEntry> recent = new TreeMap<>();

  private Optional<FragmentEntry> first = Optional.empty();

  /** A fragment that can be read now. */
  void stored(FragmentEntry fragment) {
    int order = first.map(known -> fragment.run().compareTo(known.run())).orElse(0);
    if (order < 0) {
      return;
    }
    if (order > 0) {
      first = Optional.empty();
      recent.clear();
    }
    long counter = fragment.number().counter();
    if (first.isEmpty() || counter < first.get().number().counter()) {
      first = Optional.of(fragment);
    }
    recent.put(counter, fragment);
    if (recent.size() > RECENT) {
      recent.pollFirstEntry();
    }
  }

  /** The newest run's newest fragment. */
  Optional<FragmentEntry> last() {
    return Optional.ofNullable(recent.lastEntry()).map(Map.Entry::getValue);
  }

  /** Of the last few fragments; empty when there is none. */
  OptionalLong bitsPerSecond() {
    long bytes = 0;
    long lengthNs = 0;
    for (FragmentEntry each : recent.values()) {
      bytes += each.payloadBytes();
      lengthNs += each.durationNs();
    }
    long lengthMs = lengthNs / MediaTime.NANOS_PER_MILLI;
    return lengthMs == 0 ? OptionalLong.empty() : OptionalLong.of(bytes * 8 * 1000 / lengthMs);
  }

  /**
   * By how much the server's clock has gone on further than the producer's, from the arrival of the
   * run's first known fragment to that of its last; empty when there is but one.
   */
  OptionalLong driftNs() {
    if (first.isEmpty() || recent.size() < 2) {
      return OptionalLong.empty();
    }
    FragmentEntry begin = first.get();
    FragmentEntry last = recent.lastEntry().getValue();
    return OptionalLong.of(
        last.serverTimeNs()
            - begin.serverTimeNs()
            - (last.producerTimeNs() - begin.producerTimeNs()));
  }
}
