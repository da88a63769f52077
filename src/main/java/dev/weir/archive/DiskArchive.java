// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileChunkStore;
import dev.weir.store.FileIndex;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreListener;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The archive on a data folder: chunk store and catalog in step. Thread-safe. */
public final class DiskArchive implements Archive {

  private static final Logger LOG = LoggerFactory.getLogger(DiskArchive.class);
  private static final String SETTINGS = "stream.json";
  private static final int NEWEST_FILES = 4;
  private static final long CACHED_SAMPLES = 4_000_000;

  private final InstantSource clock;
  private final ChunkStore store;
  private final Catalog catalog;
  private final Counters counters;
  private final Leases leases = new Leases(this::unlink);
  private final Set<ChunkFileId> missing = ConcurrentHashMap.newKeySet();
  private final Map<StreamId, StreamState> streams = new ConcurrentHashMap<>();
  private final Cache<ChunkFileId, FileIndex> indexes;
  private final Cache<PartKey, List<Sample>> samples =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_SAMPLES)
          .<PartKey, List<Sample>>weigher((key, list) -> list.size() + 8)
          .build();
  private final ExecutorService cataloger =
      Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "weir-catalog");
        thread.setDaemon(true);
        return thread;
      });

  private record PartKey(ChunkFileId file, long offset) {}

  /** Opens a data folder, recovering what a crash left behind. */
  public static DiskArchive open(ArchiveOptions options, InstantSource clock) {
    RealDisk disk = RealDisk.at(options.data());
    return new DiskArchive(options, disk, clock);
  }

  private DiskArchive(ArchiveOptions options, RealDisk disk, InstantSource clock) {
    this.clock = clock;
    this.indexes = Caffeine.newBuilder().maximumSize(options.cachedIndexes()).build();
    this.store = new FileChunkStore(disk, options.store(), new Sealing());
    this.counters = new Counters(store);
    this.catalog = Catalog.open(disk.root());
    var report = store.recover();
    report.notes().forEach(note -> LOG.warn("recovery: {}", note));
    if (!report.sealed().isEmpty()) {
      LOG.info(
          "recovered {} files, {} fragments closed as truncated",
          report.sealed().size(),
          report.truncatedFragments());
    }
    settle();
    reconcile();
  }

  /**
   * Brings the catalog in step with the files: finishes deletions, adopts files without a row,
   * notices rows without a file.
   */
  private void reconcile() {
    List<ChunkFileId> marked = catalog.deleting().stream().map(FileRow::file).toList();
    if (!marked.isEmpty()) {
      unlink(marked);
    }
    Set<ChunkFileId> onDisk = new HashSet<>(store.sealedFiles());
    for (FileRow row : catalog.all()) {
      if (!onDisk.remove(row.file())) {
        missing.add(row.file());
        LOG.error("chunk file {} is missing: {} fragments are lost", row.file(), row.fragments());
      }
    }
    for (ChunkFileId file : onDisk) {
      catalog.add(List.of(Rows.of(store.readIndex(file))));
    }
    if (!onDisk.isEmpty()) {
      LOG.info("{} chunk files added to the catalog", onDisk.size());
    }
  }

  static long epochMicros(InstantSource clock) {
    return TimeRange.nanos(clock.instant()) / 1000;
  }

  /** Sealed files go into the catalog, on a thread that may touch it, and then out of memory. */
  private final class Sealing implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {}

    @Override
    public void sealed(FileIndex index) {
      cataloger.execute(() -> {
        try {
          catalog.add(List.of(Rows.of(index)));
          indexes.put(index.file(), index);
          state(index.file().stream()).cataloged(index.file());
        } catch (RuntimeException e) {
          // The file stays in memory, and the next start adopts it.
          LOG.error("chunk file {} is not in the catalog yet: {}", index.file(), e.toString());
        }
      });
    }

    @Override
    public void failed(ChunkFileId file, StorageFailure cause) {}
  }

  /** A stream's state, restored from its newest files when it is first asked for. */
  private StreamState state(StreamId id) {
    StreamState known = streams.get(id);
    return known != null ? known : streams.computeIfAbsent(id, this::restore);
  }

  private StreamState restore(StreamId id) {
    var state = new StreamState(id);
    counters.restore(state);
    for (FileRow row : catalog.newest(id, NEWEST_FILES)) {
      state.lastCounter =
          Math.max(state.lastCounter, Math.max(row.lastCounter(), row.file().value()));
      if (missing.contains(row.file())) {
        continue;
      }
      FileIndex index = readIndex(row.file());
      Map<RunId, RunHeader> runs = new HashMap<>();
      index.runs().forEach(run -> runs.put(run.run(), run));
      for (FragmentEntry fragment : index.fragments()) {
        RunHeader run = runs.get(fragment.run());
        if (run != null) {
          state.runs.restore(run, fragment);
        }
        fragment
            .live()
            .ifPresent(place ->
                state.live.restore(
                    place,
                    fragment.segmentCount(),
                    Optional.of(fragment.run()),
                    fragment.producerEndNs()));
      }
      for (Gap gap : index.gaps()) {
        gap.live().ifPresent(place -> state.live.restore(place, 1, Optional.empty(), gap.toNs()));
      }
    }
    return state;
  }

  private FileIndex readIndex(ChunkFileId file) {
    return indexes.get(file, store::readIndex);
  }

  private List<FileRow> present(List<FileRow> rows) {
    return missing.isEmpty()
        ? rows
        : rows.stream().filter(row -> !missing.contains(row.file())).toList();
  }

  private Snapshots snapshot(StreamState state) {
    return new Snapshots(state, this::readIndex, leases);
  }

  @Override
  public SessionLog openSession(StreamId stream, long targetDurationNs) {
    StreamState state = state(stream);
    return new StoredSession(
        state,
        store.acquire(stream, () -> state.nextCounter(epochMicros(clock))),
        clock,
        targetDurationNs,
        store::congested,
        store::whenRelieved);
  }

  @Override
  public Timeline find(StreamId stream, TimeRange range, Clock by) {
    StreamState state = state(stream);
    return snapshot(state)
        .sealed(present(catalog.find(stream, range, by)))
        .keep(each -> range.intersects(by.startNs(each), by.endNs(each)))
        .keep(each -> by == Clock.SERVER || each.duplicateOf().isEmpty())
        .keepGaps(range)
        .byTime(by)
        .timeline();
  }

  @Override
  public Timeline liveEdge(StreamId stream, long windowNs) {
    StreamState state = state(stream);
    long end;
    synchronized (state.live) {
      end = state.live.admittedEndNs();
    }
    if (end == Long.MIN_VALUE) {
      return snapshot(state).keep(each -> false).keepGaps(new TimeRange(0, 0)).timeline();
    }
    var range = new TimeRange(end - windowNs, Long.MAX_VALUE);
    return snapshot(state)
        .sealed(present(catalog.find(stream, range, Clock.PRODUCER)))
        .keep(each ->
            each.live().isPresent()
                && range.intersects(each.producerTimeNs(), each.producerEndNs()))
        .keepGaps(range)
        .byOrdinal()
        .timeline();
  }

  @Override
  public Timeline fragment(StreamId stream, FragmentNumber number) {
    StreamState state = state(stream);
    return snapshot(state)
        .sealed(present(catalog.findByCounter(stream, number.counter(), number.counter())))
        .keep(each -> each.number().equals(number))
        .keepGaps(new TimeRange(0, 0))
        .timeline();
  }

  @Override
  public Timeline after(StreamId stream, FragmentNumber number, int limit) {
    StreamState state = state(stream);
    return snapshot(state)
        .sealedAfter(
            present(catalog.findByCounter(stream, number.counter(), Long.MAX_VALUE)), number, limit)
        .timeline();
  }

  @Override
  public Optional<RunHeader> run(StreamId stream, RunId run) {
    StreamState state = state(stream);
    for (FileIndex open : state.openIndexes()) {
      for (RunHeader each : open.runs()) {
        if (each.run().equals(run)) {
          return Optional.of(each);
        }
      }
    }
    // A run's fragments have greater counters than the run itself, and its first file comes first.
    for (FileRow row : present(catalog.findByCounter(stream, run.value(), Long.MAX_VALUE))) {
      for (RunHeader each : readIndex(row.file()).runs()) {
        if (each.run().equals(run)) {
          return Optional.of(each);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public StoredPart readPart(FragmentEntry fragment, PartEntry part) {
    return store.readPart(fragment.file(), part);
  }

  @Override
  public List<Sample> readSamples(FragmentEntry fragment, PartEntry part) {
    return samples.get(
        new PartKey(fragment.file(), part.offset()),
        key -> store.readSamples(fragment.file(), part));
  }

  @Override
  public StreamStatus status(StreamId stream) {
    StreamState state = state(stream);
    long fragments = 0;
    long bytes = 0;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (FileIndex open : state.openIndexes()) {
      for (FragmentEntry fragment : open.fragments()) {
        fragments++;
        bytes += fragment.payloadBytes();
        first = Math.min(first, fragment.producerTimeNs());
        last = Math.max(last, fragment.producerEndNs());
      }
    }
    Optional<FileRow> sealed = catalog.totals(stream);
    if (sealed.isPresent()) {
      fragments += sealed.get().fragments();
      bytes += sealed.get().fileBytes();
      first = Math.min(first, sealed.get().producerFromNs());
      last = Math.max(last, sealed.get().producerToNs());
    }
    long nextOrdinal;
    synchronized (state.live) {
      nextOrdinal = state.live.nextOrdinal();
    }
    synchronized (state) {
      return new StreamStatus(
          state.version,
          fragments,
          bytes,
          fragments == 0 ? 0 : first,
          fragments == 0 ? 0 : last,
          state.openSessions,
          state.lastPersistedServerNs,
          nextOrdinal,
          state.runs.newest());
    }
  }

  @Override
  public Subscription subscribe(StreamId stream, Consumer<FragmentEntry> listener) {
    StreamState state = state(stream);
    state.listeners.add(listener);
    return () -> state.listeners.remove(listener);
  }

  @Override
  public List<StreamId> streams() {
    return store.streams();
  }

  @Override
  public Optional<byte[]> readSettings(StreamId stream) {
    return store.readDocument(stream, SETTINGS);
  }

  @Override
  public void writeSettings(StreamId stream, byte[] document) {
    store.writeDocument(stream, SETTINGS, document);
  }

  @Override
  public void deleteStream(StreamId stream) {
    StreamState state = state(stream);
    synchronized (state) {
      state.deleted = true;
    }
    store.sealIdle(stream);
    settle();
    delete(catalog.find(stream, TimeRange.ALL, Clock.SERVER).stream().map(FileRow::file).toList());
    if (leases.open() == 0) {
      store.deleteFolder(stream);
    }
  }

  @Override
  public long expire(StreamId stream, long cutoffServerNs) {
    StreamState state = state(stream);
    boolean idleExpired = false;
    for (FileIndex open : state.openIndexes()) {
      idleExpired |=
          open.fragments().stream().allMatch(each -> Clock.SERVER.endNs(each) < cutoffServerNs);
    }
    if (idleExpired) {
      store.sealIdle(stream);
      settle();
    }
    List<FileRow> expired =
        catalog.find(stream, TimeRange.ALL, Clock.SERVER).stream()
            .filter(row -> row.serverToNs() < cutoffServerNs)
            .toList();
    if (expired.isEmpty()) {
      return 0;
    }
    counters.keep(state);
    delete(expired.stream().map(FileRow::file).toList());
    return expired.stream().mapToLong(FileRow::fileBytes).sum();
  }

  /**
   * Deletion order: mark, commit, checkpoint; then, when nobody reads them, unlink, force folder,
   * drop the rows (invariant 3).
   */
  private void delete(List<ChunkFileId> files) {
    if (!files.isEmpty()) {
      catalog.markDeleting(files);
      leases.doom(files);
    }
  }

  private void unlink(List<ChunkFileId> files) {
    store.delete(files);
    catalog.drop(files);
    indexes.invalidateAll(files);
  }

  /** Waits until everything sealed so far is in the catalog. */
  private void settle() {
    try {
      cataloger.submit(() -> {}).get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new StorageFailure("catalog did not come to rest", "", "", e.toString());
    }
  }

  @Override
  public Optional<StorageFailure> readOnly() {
    return store.readOnly();
  }

  @Override
  public CheckReport check() {
    settle();
    return new ArchiveCheck(store, catalog).run();
  }

  /** Bytes that wait for the disk, and bytes the disk has left. */
  public long bytesInFlight() {
    return store.bytesInFlight();
  }

  public long freeBytes() {
    return store.freeBytes();
  }

  /** Leases that readers hold now. */
  public int openLeases() {
    return leases.open();
  }

  @Override
  public void close() {
    store.close();
    settle();
    cataloger.shutdown();
    try {
      if (!cataloger.awaitTermination(60, TimeUnit.SECONDS)) {
        LOG.error("catalog writes did not end within 60 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    catalog.close();
  }
}
