// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of each stream, restored from its newest files when it is first asked for. Thread-safe;
 * the first look at a stream blocks on disk and catalog.
 */
final class StreamStates {

  private static final Logger LOG = LoggerFactory.getLogger(StreamStates.class);
  private static final int NEWEST_FILES = 4;

  private final ChunkStore store;
  private final SealedFiles files;
  private final Counters counters;
  private final long startedNs;
  private final Map<StreamId, StreamState> streams = new ConcurrentHashMap<>();
  private volatile Set<StreamId> recovered = Set.of();

  StreamStates(ChunkStore store, SealedFiles files, Counters counters, long startedNs) {
    this.store = store;
    this.files = files;
    this.counters = counters;
    this.startedNs = startedNs;
  }

  /** Says which files a crash left open, before any stream is asked for. */
  void recovered(List<ChunkFileId> sealed) {
    recovered = sealed.stream().map(ChunkFileId::stream).collect(Collectors.toUnmodifiableSet());
  }

  StreamState of(StreamId id) {
    StreamState known = streams.get(id);
    return known != null ? known : streams.computeIfAbsent(id, this::restore);
  }

  /** The state of a stream that was asked for before. */
  Optional<StreamState> ifKnown(StreamId id) {
    return Optional.ofNullable(streams.get(id));
  }

  private StreamState restore(StreamId id) {
    var state = new StreamState(id, new Reserve(store, id));
    counters.restore(state);
    state.forgotten.restore(store, id);
    state.displaced.restore(store, id);
    // Of files that are missing too: no number may come again.
    state.lastCounter = Math.max(state.lastCounter, files.greatestCounter(id));
    for (FileRow row : files.newest(id, NEWEST_FILES)) {
      files
          .indexIfReadable(row.file())
          .ifPresent(index -> {
            restoreRuns(state, index);
            restoreLive(state, index);
          });
    }
    state.outage =
        state.pace.last().map(last -> new Outage(last, recovered.contains(id), startedNs));
    Optional<FileRow> edge = files.liveEdge(id);
    if (edge.isPresent()) {
      if (!files.isMissing(edge.get().file())) {
        files.indexIfReadable(edge.get().file()).ifPresent(index -> restoreLive(state, index));
      }
      state.live.floor(edge.get().liveTo(), edge.get().discontinuityOrdinal());
    }
    state
        .reserve
        .restore()
        .ifPresent(free -> {
          LOG.warn(
              "a disk is away that may hold media of stream {}: its live order goes on at {}",
              id,
              free.liveOrdinal());
          state.live.floor(free.liveOrdinal(), free.discontinuityOrdinal());
          state.runs.endUnknown();
        });
    return state;
  }

  private static void restoreRuns(StreamState state, FileIndex index) {
    Map<RunId, RunHeader> runs = new HashMap<>();
    index.runs().forEach(run -> runs.put(run.run(), run));
    for (FragmentEntry fragment : index.fragments()) {
      RunHeader run = runs.get(fragment.run());
      if (run != null) {
        state.runs.restore(run, fragment);
        state.pace.stored(fragment);
      }
    }
  }

  private static void restoreLive(StreamState state, FileIndex index) {
    Stream.concat(index.fragments().stream(), index.forgotten().stream())
        .map(state.displaced::seen)
        .forEach(fragment ->
            fragment
                .live()
                .ifPresent(place ->
                    state.live.restore(
                        place,
                        fragment.segmentCount(),
                        Optional.of(fragment.run()),
                        fragment.producerEndNs())));
    for (Gap gap : index.gaps()) {
      gap.live().ifPresent(place -> state.live.restore(place, 1, Optional.empty(), gap.toNs()));
    }
  }
}
