// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.store.FileIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What the archive holds in memory of one stream: the index of files that the catalog does not list
 * yet, counters, the newest run, the live edge, and who listens. Its fields are guarded by its own
 * lock, under which no disk or SQL is touched.
 */
final class StreamState {

  /** The published part of a file, from its creation until the catalog lists it. */
  static final class OpenIndex {
    final Map<RunId, RunHeader> runs = new LinkedHashMap<>();
    final List<FragmentEntry> fragments = new ArrayList<>();
    final List<Gap> gaps = new ArrayList<>();
  }

  final StreamId id;
  final Reserve reserve;
  final LiveOrder live = new LiveOrder();
  final RunState runs = new RunState();
  final RunPace pace = new RunPace();
  final Map<ChunkFileId, OpenIndex> openFiles = new HashMap<>();

  /** Declared, and in no file yet. */
  final List<Gap> looseGaps = new ArrayList<>();

  /** Gaps that wait for a session to write them into a file. */
  final Queue<Gap> unrecorded = new ConcurrentLinkedQueue<>();

  /** Stored, and not to be seen before a fragment that has an earlier place in the live order. */
  final Set<FragmentNumber> hidden = new HashSet<>();

  /** Fragments on their way that repeat nothing known, by what a replay would repeat. */
  final Map<Originals.Key, FragmentNumber> arriving = new HashMap<>();

  final Forgotten forgotten = new Forgotten();
  final Displaced displaced = new Displaced();
  final List<Consumer<FragmentEntry>> listeners = new CopyOnWriteArrayList<>();

  /** Counters of fragments that are being pushed, or wait to be seen. */
  private final NavigableSet<Long> onTheirWay = new TreeSet<>();

  long lastCounter;
  long version;
  int openSessions;
  long lastPersistedServerNs;
  boolean deleted;

  /** Until the first fragment since the start: where the last server's media ended. */
  Optional<Outage> outage = Optional.empty();

  StreamState(StreamId id, Reserve reserve) {
    this.id = id;
    this.reserve = reserve;
  }

  synchronized boolean isDeleted() {
    return deleted;
  }

  /**
   * The next counter: at least the microseconds since the epoch, so that it never repeats even when
   * all files are lost.
   */
  synchronized long nextCounter(long epochMicros) {
    lastCounter = Math.max(lastCounter + 1, epochMicros);
    return lastCounter;
  }

  /** The counter of a fragment that begins; it is on its way until it is {@link #settled}. */
  synchronized long beginFragment(long epochMicros) {
    long counter = nextCounter(epochMicros);
    onTheirWay.add(counter);
    return counter;
  }

  /** It can be seen now, or never will be. */
  synchronized void settled(FragmentNumber number) {
    onTheirWay.remove(number.counter());
  }

  /** Up to this counter no fragment will come any more. */
  synchronized long settledCounter() {
    return onTheirWay.isEmpty() ? lastCounter : onTheirWay.first() - 1;
  }

  /** The first of those that are being pushed; {@link Long#MAX_VALUE} when none is. */
  synchronized long leastCounterOnItsWay() {
    return onTheirWay.isEmpty() ? Long.MAX_VALUE : onTheirWay.first();
  }

  /** Copies of the indexes of files that the catalog does not list yet. */
  synchronized List<FileIndex> openIndexes() {
    var indexes = new ArrayList<FileIndex>();
    openFiles.forEach((file, open) ->
        indexes.add(
            new FileIndex(
                file,
                0,
                List.copyOf(open.runs.values()),
                open.fragments,
                List.of(),
                open.gaps,
                0)));
    return indexes;
  }

  synchronized void opened(ChunkFileId file) {
    openFiles.put(file, new OpenIndex());
  }

  /** On disk, and perhaps listed by the catalog before its turn to be seen has come. */
  synchronized void hide(FragmentEntry entry) {
    hidden.add(entry.number());
  }

  synchronized void publish(RunHeader run, FragmentEntry entry, long serverNowNs) {
    hidden.remove(entry.number());
    OpenIndex open = openFiles.get(entry.file());
    if (open != null) {
      open.runs.put(run.run(), run);
      open.fragments.add(entry);
    }
    runs.ended(run, entry.producerEndNs());
    pace.stored(entry);
    lastPersistedServerNs = Math.max(lastPersistedServerNs, serverNowNs);
    version++;
  }

  synchronized void gap(Gap gap) {
    looseGaps.add(gap);
    version++;
  }

  /**
   * A fragment of an open file with its run, when it may be seen: the live edge is asked for most.
   */
  synchronized Optional<Map.Entry<FragmentEntry, RunHeader>> find(FragmentNumber number) {
    for (OpenIndex open : openFiles.values()) {
      for (FragmentEntry fragment : open.fragments) {
        RunHeader run = open.runs.get(fragment.run());
        if (fragment.number().equals(number) && run != null && !forgotten.covers(fragment)) {
          return Optional.of(Map.entry(fragment, run));
        }
      }
    }
    return Optional.empty();
  }

  /** A gap lies in a file now. */
  synchronized void recorded(Gap gap, ChunkFileId file) {
    looseGaps.remove(gap);
    OpenIndex open = openFiles.get(file);
    if (open != null) {
      open.gaps.add(gap);
    }
  }

  /** The catalog lists the file now, or it is gone since it held nothing. */
  synchronized void closed(ChunkFileId file) {
    openFiles.remove(file);
  }

  /** What is stored has changed. */
  synchronized void changed() {
    version++;
  }

  synchronized long version() {
    return version;
  }
}
