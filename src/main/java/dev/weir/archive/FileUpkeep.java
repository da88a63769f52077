// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Proof;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import dev.weir.store.Fate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is done to files that are stored: retention's deletions, thinning, forgetting, repair,
 * proof. As {@link Archive} says of each. Thread-safe; blocks on disk and catalog.
 */
final class FileUpkeep {

  private final ChunkStore store;
  private final SealedFiles files;
  private final Counters counters;
  private final InstantSource clock;

  FileUpkeep(ChunkStore store, SealedFiles files, Counters counters, InstantSource clock) {
    this.store = store;
    this.files = files;
    this.counters = counters;
    this.clock = clock;
  }

  private long nextCounter(StreamState state) {
    return state.nextCounter(DiskArchive.epochMicros(clock));
  }

  /** Deletes all sealed files of a stream. */
  void deleteAll(StreamId stream) {
    files.delete(stored(stream).stream().map(StoredFile::file).toList());
  }

  private List<StoredFile> stored(StreamId stream) {
    return files.find(stream, TimeRange.ALL, Clock.SERVER).stream()
        .map(row ->
            new StoredFile(
                row.file(),
                row.fileBytes(),
                row.producerFromNs(),
                row.producerToNs(),
                row.serverToNs()))
        .toList();
  }

  List<StoredFile> files(StreamState stream, long idleSinceServerNs) {
    boolean idle =
        stream.openIndexes().stream()
            .filter(open -> !open.fragments().isEmpty())
            .anyMatch(open ->
                open.fragments().stream()
                    .allMatch(each -> Clock.SERVER.endNs(each) < idleSinceServerNs));
    if (idle) {
      store.sealIdle(stream.id);
      files.settle();
    }
    return stored(stream.id);
  }

  void delete(StreamState stream, List<ChunkFileId> which) {
    if (!which.isEmpty()) {
      counters.keep(stream);
      files.delete(which);
    }
  }

  int thin(StreamState state, ChunkFileId file) {
    Map<FragmentNumber, Fate> fates = new HashMap<>();
    for (FragmentEntry fragment : files.index(file).fragments()) {
      if (fragment.state() != FragmentState.THINNED && fragment.startsWithSync()) {
        fates.put(fragment.number(), Fate.THIN);
      }
    }
    if (!fates.isEmpty()) {
      files.rewrite(file, nextCounter(state), fates);
      state.changed();
    }
    return fates.size();
  }

  void forget(StreamState state, TimeRange range) {
    List<Forgotten.Range> ranges;
    synchronized (state) {
      ranges = new ArrayList<>(state.forgotten.ranges());
      ranges.add(new Forgotten.Range(range, nextCounter(state)));
    }
    Forgotten.save(store, state.id, ranges);
    synchronized (state) {
      state.forgotten.add(ranges.getLast());
    }
    state.changed();
    forgetPending(state);
  }

  boolean forgetPending(StreamState state) {
    List<Forgotten.Range> ranges;
    synchronized (state) {
      ranges = state.forgotten.ranges();
    }
    if (ranges.isEmpty()) {
      return true;
    }
    store.sealIdle(state.id);
    files.settle();
    for (Forgotten.Range each : ranges) {
      for (FileRow row : files.find(state.id, each.range(), Clock.PRODUCER)) {
        rewriteWithout(state, row.file(), each);
      }
    }
    boolean stillOpen =
        state.openIndexes().stream()
            .flatMap(open -> open.fragments().stream())
            .anyMatch(each -> ranges.stream().anyMatch(range -> range.covers(each)));
    if (stillOpen) {
      return false;
    }
    List<Forgotten.Range> left;
    synchronized (state) {
      state.forgotten.removeAll(ranges);
      left = state.forgotten.ranges();
    }
    Forgotten.save(store, state.id, left);
    return left.isEmpty();
  }

  private void rewriteWithout(StreamState state, ChunkFileId file, Forgotten.Range range) {
    Map<FragmentNumber, Fate> fates = new HashMap<>();
    for (FragmentEntry fragment : files.index(file).fragments()) {
      if (range.covers(fragment)) {
        fates.put(fragment.number(), Fate.FORGET);
      }
    }
    if (!fates.isEmpty()) {
      files.rewrite(file, nextCounter(state), fates);
      state.changed();
    }
  }

  /** Makes a damaged file anew of what proves itself. */
  void repair(StreamState state, ChunkFileId file) {
    files.salvage(file, nextCounter(state));
    state.changed();
  }

  /**
   * Follows the chains of a range.
   *
   * @param held the range, with the lease on its files
   */
  Proof prove(Timeline held, TimeRange range) {
    Set<ChunkFileId> which = new HashSet<>();
    held.fragments().forEach(fragment -> which.add(fragment.file()));
    files.find(held.stream(), range, Clock.PRODUCER).forEach(row -> which.add(row.file()));
    return new ChainWalk(store, range).walk(which);
  }
}
