// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.RunHeader;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.store.FileIndex;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stream has had before: a fragment with the same samples, of the same tracks, at the same
 * producer time is a replay of the earlier one. Looks among those that are on their way, in open
 * files and in sealed ones. Thread-safe; blocks on disk and catalog.
 */
final class Originals {

  private static final Logger LOG = LoggerFactory.getLogger(Originals.class);

  /** What two fragments that are one have in common. Immutable. */
  record Key(long producerTimeNs, Bytes content) {}

  private final StreamState stream;
  private final SealedFiles files;

  Originals(StreamState stream, SealedFiles files) {
    this.stream = stream;
    this.files = files;
  }

  /**
   * The earlier fragment that one repeats. The later one is on its way until it is {@link
   * #settled}.
   */
  Optional<FragmentNumber> of(FragmentNumber number, RunHeader run, Key key) {
    synchronized (stream) {
      FragmentNumber arriving = stream.arriving.putIfAbsent(key, number);
      if (arriving != null && !arriving.equals(number)) {
        return Optional.of(arriving);
      }
    }
    for (FileIndex open : stream.openIndexes()) {
      Optional<FragmentNumber> found = in(open, run, key);
      if (found.isPresent()) {
        return found;
      }
    }
    try {
      var instant = new TimeRange(key.producerTimeNs, key.producerTimeNs + 1);
      for (FileRow row : files.find(stream.id, instant, Clock.PRODUCER)) {
        Optional<FragmentNumber> found =
            files.indexIfReadable(row.file()).flatMap(index -> in(index, run, key));
        if (found.isPresent()) {
          return found;
        }
      }
    } catch (WeirException e) {
      // Kept twice is better than not kept.
      LOG.warn("fragment {} is not looked up among earlier ones: {}", number, e.getMessage());
    }
    return Optional.empty();
  }

  /** The fragment is published, or lost. */
  void settled(FragmentNumber number) {
    synchronized (stream) {
      stream.arriving.values().remove(number);
    }
  }

  /** What a replay repeats is the first of all, as long as that is there. */
  private static Optional<FragmentNumber> in(FileIndex index, RunHeader run, Key key) {
    return index.fragments().stream()
        .filter(each -> each.producerTimeNs() == key.producerTimeNs)
        .filter(each -> each.content().equals(key.content))
        .filter(each -> sameTracks(index, each, run))
        .findFirst()
        .map(each -> each.duplicateOf().orElse(each.number()));
  }

  private static boolean sameTracks(FileIndex index, FragmentEntry fragment, RunHeader run) {
    return index.runs().stream()
        .anyMatch(each -> each.run().equals(fragment.run()) && each.tracks().equals(run.tracks()));
  }
}
