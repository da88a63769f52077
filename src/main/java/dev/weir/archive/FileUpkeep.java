// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.CheckReport.Contested;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.Proof;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import dev.weir.model.WeirException;
import dev.weir.store.ChunkStore;
import dev.weir.store.Fate;
import dev.weir.store.FileIndex;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to files that are stored: retention's deletions, thinning, forgetting, repair,
 * proof. As {@link Archive} says of each. Thread-safe; blocks on disk and catalog. Whatever makes
 * files anew or lets them go is done one after another: no file is made anew twice.
 */
final class FileUpkeep {

  private static final Logger LOG = LoggerFactory.getLogger(FileUpkeep.class);

  private final ChunkStore store;
  private final SealedFiles files;
  private final Counters counters;
  private final InstantSource clock;

  /** Why which file is not made anew yet, as it was logged. */
  private final Map<ChunkFileId, String> postponed = new ConcurrentHashMap<>();

  /** Held while a record of what is to be forgotten is replaced: none may lack another's range. */
  private final Object recording = new Object();

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
  synchronized void deleteAll(StreamId stream) {
    files.delete(stored(stream).stream().map(StoredFile::file).toList());
  }

  private List<StoredFile> stored(StreamId stream) {
    return files.find(stream, TimeRange.ALL, Clock.SERVER).stream()
        .map(row ->
            new StoredFile(
                row.file(),
                row.fileBytes(),
                true,
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
    // The open ones first: one that is sealed meanwhile is seen twice, and never missed.
    List<StoredFile> all = new ArrayList<>(open(stream));
    List<StoredFile> sealed = stored(stream.id);
    Set<ChunkFileId> known = sealed.stream().map(StoredFile::file).collect(Collectors.toSet());
    all.removeIf(each -> known.contains(each.file()));
    all.addAll(sealed);
    return all;
  }

  private static List<StoredFile> open(StreamState stream) {
    return stream.openIndexes().stream()
        .filter(open -> !open.fragments().isEmpty())
        .map(open -> {
          FileRow row = Rows.of(open);
          return new StoredFile(
              open.file(),
              open.fragments().stream().mapToLong(FragmentEntry::payloadBytes).sum(),
              false,
              row.producerFromNs(),
              row.producerToNs(),
              row.serverToNs());
        })
        .toList();
  }

  synchronized void delete(StreamState stream, List<ChunkFileId> which) {
    if (!which.isEmpty()) {
      counters.keep(stream);
      files.delete(which);
    }
  }

  synchronized int thin(StreamState state, ChunkFileId file) {
    Map<FragmentNumber, Fate> fates = new HashMap<>();
    for (FragmentEntry fragment :
        files.indexIfReadable(file).map(FileIndex::fragments).orElse(List.of())) {
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

  /** Fragments of a file that thinning leaves less of; none of a file that can never be read. */
  List<FragmentEntry> thinnable(ChunkFileId file) {
    Optional<FileIndex> index = files.indexIfReadable(file);
    if (index.isEmpty()) {
      return List.of();
    }
    Set<RunId> ofVideo =
        index.get().runs().stream()
            .filter(run -> run.mainTrack().kind() == TrackKind.VIDEO)
            .map(RunHeader::run)
            .collect(Collectors.toSet());
    return index.get().fragments().stream()
        .filter(each -> each.state() != FragmentState.THINNED)
        .filter(each -> each.startsWithSync() && ofVideo.contains(each.run()))
        .toList();
  }

  void forget(StreamState state, TimeRange range, List<TimeRange> held) {
    synchronized (recording) {
      List<Forgotten.Range> ranges;
      synchronized (state) {
        ranges = new ArrayList<>(state.forgotten.ranges());
        ranges.add(new Forgotten.Range(range, nextCounter(state), held));
      }
      Forgotten.save(store, state.id, ranges);
      synchronized (state) {
        state.forgotten.add(ranges.getLast());
      }
    }
    state.changed();
  }

  synchronized boolean forgetPending(StreamState state) {
    List<Forgotten.Range> ranges;
    synchronized (state) {
      ranges = state.forgotten.ranges();
    }
    if (ranges.isEmpty()) {
      return true;
    }
    // Looked at before the files: what settles meanwhile may have been overlooked in them.
    long coming = state.leastCounterOnItsWay();
    store.sealIdle(state.id);
    files.settle();
    OptionalLong before = files.inStep();
    for (Forgotten.Range each : ranges) {
      for (FileRow row : files.find(state.id, each.range(), Clock.PRODUCER)) {
        tryToRewrite(state, row.file(), each);
      }
    }
    boolean stillOpen =
        state.openIndexes().stream()
            .flatMap(open -> open.fragments().stream())
            .anyMatch(each -> ranges.stream().anyMatch(range -> range.covers(each)));
    if (stillOpen
        || ranges.stream().anyMatch(range -> range.lastCounter() >= coming)
        || ranges.stream().anyMatch(range -> isStored(state, range))
        || before.isEmpty()
        || !before.equals(files.inStep())) {
      return false;
    }
    synchronized (recording) {
      List<Forgotten.Range> left;
      synchronized (state) {
        state.forgotten.removeAll(ranges);
        left = state.forgotten.ranges();
      }
      Forgotten.save(store, state.id, left);
      return left.isEmpty();
    }
  }

  /** What one file hinders does not hinder the others; it is tried again. */
  private void tryToRewrite(StreamState state, ChunkFileId file, Forgotten.Range range) {
    try {
      rewriteWithout(state, file, range);
      postponed.remove(file);
    } catch (WeirException e) {
      if (!e.what().equals(postponed.put(file, e.what()))) {
        LOG.warn("{} is made anew later, without what is hidden of it: {}", file, e.getMessage());
      }
    }
  }

  /** Whether a sealed file has media of a range, or may: of one that can't be read nobody knows. */
  private boolean isStored(StreamState state, Forgotten.Range range) {
    return files.find(state.id, range.range(), Clock.PRODUCER).stream()
        .map(row -> files.indexIfReadable(row.file()))
        .anyMatch(
            index -> index.isEmpty() || index.get().fragments().stream().anyMatch(range::covers));
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

  /**
   * Makes a damaged file anew of what proves itself, after what is to be forgotten: that must not
   * get into a copy.
   */
  synchronized void repair(StreamState state, ChunkFileId file) {
    var _ = forgetPending(state);
    boolean isThere =
        files.find(state.id, TimeRange.ALL, Clock.PRODUCER).stream()
            .anyMatch(row -> row.file().equals(file));
    if (isThere) {
      files.salvage(file, nextCounter(state));
      state.changed();
    }
  }

  /** Fragments whose places were given to others later have none any more. */
  void displace(StreamState state, List<Contested> contested) {
    var all = new HashSet<Contested>(contested);
    synchronized (state) {
      all.addAll(state.displaced.all());
    }
    Displaced.save(store, state.id, all);
    synchronized (state) {
      state.displaced.add(all);
    }
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
    return new ChainWalk(store, range)
        .walk(which, files.missing(held.stream(), range, Clock.PRODUCER));
  }
}
