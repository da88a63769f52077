// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.bytes.FileSlice;
import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.catalog.H2Catalog;
import dev.weir.catalog.Ledger;
import dev.weir.model.Bytes;
import dev.weir.model.CheckReport;
import dev.weir.model.CheckReport.Contested;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.Proof;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import dev.weir.store.DataFolders;
import dev.weir.store.FileChunkStore;
import dev.weir.store.FileIndex;
import dev.weir.store.StoreListener;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The archive on one or several data folders: chunk store and catalog in step. Thread-safe. */
public final class DiskArchive implements Archive {

  private static final Logger LOG = LoggerFactory.getLogger(DiskArchive.class);
  private static final String SETTINGS = "stream.json";

  private final InstantSource clock;
  private final ChunkStore store;
  private final SealedFiles files;
  private final FileUpkeep upkeep;
  private final StreamStates states;
  private final PartReader parts;

  /** Opens data folders, recovering what a crash left behind. */
  public static DiskArchive open(ArchiveOptions options, InstantSource clock) {
    DataFolders folders = DataFolders.open(options.data());
    // Opening the catalog takes about as long as listing the files.
    var catalog = CompletableFuture.supplyAsync(() -> H2Catalog.open(folders.catalogFolder()));
    return open(folders, catalog, options, clock, Adoption.UNHEARD);
  }

  static DiskArchive open(
      DataFolders folders,
      CompletableFuture<? extends Catalog> catalog,
      ArchiveOptions options,
      InstantSource clock,
      Adoption adoption) {
    ExecutorService cataloger =
        Executors.newSingleThreadExecutor(task -> {
          var thread = new Thread(task, "weir-catalog");
          thread.setDaemon(true);
          return thread;
        });
    return new DiskArchive(
        listener -> new FileChunkStore(folders.disks(), options.store(), listener),
        catalog,
        cataloger,
        options.cachedIndexes(),
        clock,
        adoption);
  }

  /** The archive owns store, catalog and thread and closes them. */
  DiskArchive(
      Function<StoreListener, ChunkStore> openStore,
      CompletableFuture<? extends Catalog> catalog,
      ExecutorService cataloger,
      int cachedIndexes,
      InstantSource clock,
      Adoption adoption) {
    this.clock = clock;
    this.store = openStore.apply(new Sealing());
    var counters = new Counters(store);
    this.files = new SealedFiles(store, catalog, cataloger, cachedIndexes);
    this.upkeep = new FileUpkeep(store, files, counters, clock);
    this.states = new StreamStates(store, files, counters, TimeRange.nanos(clock.instant()));
    this.parts = new PartReader(store);
    var report = store.recover();
    states.recovered(report.sealed());
    report.notes().forEach(note -> LOG.warn("recovery: {}", note));
    if (!report.sealed().isEmpty()) {
      LOG.info(
          "recovered {} files, {} fragments closed as truncated",
          report.sealed().size(),
          report.truncatedFragments());
    }
    files.settle();
    files.reconcile(
        Stream.concat(report.whole().stream(), report.sealed().stream()).toList(), adoption);
  }

  static long epochMicros(InstantSource clock) {
    return TimeRange.nanos(clock.instant()) / 1000;
  }

  /** Sealed files go into the catalog, and then out of memory. */
  private final class Sealing implements StoreListener {
    @Override
    public void opened(ChunkFileId file) {
      state(file.stream()).opened(file);
    }

    @Override
    public void sealed(FileIndex index) {
      files.sealed(index, () -> closed(index.file()));
    }

    @Override
    public void discarded(ChunkFileId file) {
      closed(file);
    }

    /** Not a reason to restore a stream's state: at start the catalog is not complete yet. */
    private void closed(ChunkFileId file) {
      states.ifKnown(file.stream()).ifPresent(state -> state.closed(file));
    }

    /** A stream that is deleted under a push takes the file along: no fault of the disk. */
    @Override
    public void failed(ChunkFileId file, StorageFailure cause) {
      if (states.ifKnown(file.stream()).filter(state -> !state.isDeleted()).isPresent()) {
        LOG.error("{} takes no more appends: {}", file, cause.getMessage());
      } else {
        LOG.info("{} went with its stream", file);
      }
    }
  }

  private StreamState state(StreamId id) {
    return states.of(id);
  }

  private Snapshots snapshot(StreamState state) {
    return new Snapshots(state, files::index, files.leases());
  }

  @Override
  public SessionLog openSession(
      StreamId stream, long targetDurationNs, Durability durability, long keptBytes) {
    StreamState state = state(stream);
    return new StoredSession(
        state,
        new Originals(state, files),
        store.acquire(stream, durability, keptBytes, () -> state.nextCounter(epochMicros(clock))),
        clock,
        targetDurationNs,
        durability,
        store::congested,
        store::whenRelieved);
  }

  @Override
  public Timeline find(StreamId stream, TimeRange range, Clock by) {
    Snapshots all = all(stream, range, by);
    return (by == Clock.PRODUCER ? all.withoutReplays() : all).byTime(by).timeline();
  }

  @Override
  public Timeline findAll(StreamId stream, TimeRange range, Clock by) {
    return all(stream, range, by).byTime(by).timeline();
  }

  private Snapshots all(StreamId stream, TimeRange range, Clock by) {
    return snapshot(state(stream))
        .sealed(files.find(stream, range, by))
        .missing(files.missing(stream, range, by))
        .keep(each -> range.intersects(by.startNs(each), by.endNs(each)))
        .keepGaps(range);
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
        .sealed(files.find(stream, range, Clock.PRODUCER))
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
    Optional<Map.Entry<FragmentEntry, RunHeader>> open = state.find(number);
    if (open.isPresent()) {
      FragmentEntry found = open.get().getKey();
      RunHeader run = open.get().getValue();
      return new Timeline(
          stream,
          state.version(),
          List.of(found),
          Map.of(run.run(), run),
          List.of(),
          files.leases().take(List.of(found.file())));
    }
    return snapshot(state)
        .sealed(files.findByCounter(stream, number.counter(), number.counter()))
        .keep(each -> each.number().equals(number))
        .keepGaps(new TimeRange(0, 0))
        .timeline();
  }

  @Override
  public Timeline after(StreamId stream, FragmentNumber number, int limit) {
    StreamState state = state(stream);
    return snapshot(state)
        .sealedAfter(files.findByCounter(stream, number.counter(), Long.MAX_VALUE), number, limit)
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
    for (FileRow row : files.findByCounter(stream, run.value(), Long.MAX_VALUE)) {
      Optional<RunHeader> found =
          files.indexIfReadable(row.file()).stream()
              .flatMap(index -> index.runs().stream())
              .filter(each -> each.run().equals(run))
              .findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  @Override
  public StoredPart readPart(FragmentEntry fragment, PartEntry part) {
    return parts.read(fragment.file(), part);
  }

  @Override
  public Optional<FileSlice> openVerified(FragmentEntry fragment, PartEntry part) {
    return parts.openVerified(fragment.file(), part);
  }

  @Override
  public Bytes readOrigin(FragmentEntry fragment) {
    return store.readOrigin(fragment);
  }

  @Override
  public List<Sample> readSamples(FragmentEntry fragment, PartEntry part) {
    return parts.samples(fragment.file(), part);
  }

  @Override
  public long settledCounter(StreamId stream) {
    return state(stream).settledCounter();
  }

  @Override
  public StreamStatus status(StreamId stream) {
    StreamState state = state(stream);
    int openSessions;
    synchronized (state) {
      // Before the fragments: where no session is open, none is missing.
      openSessions = state.openSessions;
    }
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
    Optional<FileRow> sealed = files.totals(stream);
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
          openSessions,
          state.lastPersistedServerNs,
          nextOrdinal,
          state.runs.newest(),
          state.pace.bitsPerSecond(),
          state.pace.driftNs());
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
  public List<byte[]> readSettings(StreamId stream) {
    return store.readDocuments(stream, SETTINGS);
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
    files.settle();
    upkeep.deleteAll(stream);
    if (files.leases().open() == 0) {
      store.deleteFolder(stream);
    }
  }

  @Override
  public List<StoredFile> files(StreamId stream, long idleSinceServerNs) {
    return upkeep.files(state(stream), idleSinceServerNs);
  }

  @Override
  public void delete(StreamId stream, List<ChunkFileId> which) {
    upkeep.delete(state(stream), which);
  }

  @Override
  public boolean isThinnable(StreamId stream, ChunkFileId file) {
    return !upkeep.thinnable(file).isEmpty();
  }

  @Override
  public int thin(StreamId stream, ChunkFileId file) {
    return upkeep.thin(state(stream), file);
  }

  @Override
  public void forget(StreamId stream, TimeRange range, List<TimeRange> held) {
    upkeep.forget(state(stream), range, held);
  }

  @Override
  public boolean forgetPending(StreamId stream) {
    return upkeep.forgetPending(state(stream));
  }

  @Override
  public Optional<StorageFailure> refused() {
    return store.refused();
  }

  @Override
  public Proof prove(StreamId stream, TimeRange range) {
    try (Timeline timeline = find(stream, range, Clock.PRODUCER)) {
      return upkeep.prove(timeline, range);
    }
  }

  @Override
  public void backUpCatalog(Path file) {
    files.backUpCatalog(file);
  }

  @Override
  public CheckReport check(CheckProgress progress) {
    return files.check(this::displaced, progress);
  }

  private Set<Contested> displaced(StreamId stream) {
    StreamState state = state(stream);
    synchronized (state) {
      return state.displaced.all();
    }
  }

  @Override
  public void repair(CheckReport report) {
    report.strays().forEach(files::setAside);
    report.damaged().forEach(file -> upkeep.repair(state(file.stream()), file));
    report.contested().stream()
        .collect(Collectors.groupingBy(Contested::stream))
        .forEach((stream, contested) -> upkeep.displace(state(stream), contested));
  }

  /** Documents that are kept in the catalog alone; whoever asks closes them, before the archive. */
  public Ledger ledger() {
    return files.ledger();
  }

  /** Payload bytes that wait for the disk. */
  public long bytesInFlight() {
    return store.bytesInFlight();
  }

  @Override
  public long freeBytes() {
    return store.freeBytes();
  }

  /** Leases that readers hold now. */
  public int openLeases() {
    return files.leases().open();
  }

  @Override
  public void close() {
    store.close();
    files.close();
  }
}
