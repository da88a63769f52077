// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.catalog.Ledger;
import dev.weir.model.CheckReport;
import dev.weir.model.CheckReport.Contested;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.store.ChunkStore;
import dev.weir.store.Fate;
import dev.weir.store.FileIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sealed files of an archive: their rows in the catalog, their indexes, who reads them, and how
 * they go. What the catalog lists and what lies on disk are kept in step here and nowhere else.
 * Thread-safe; all but {@link #sealed} block.
 */
final class SealedFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SealedFiles.class);
  private static final long REST_SECONDS = 60;
  private static final int MOST_NAMED = 10;
  private static final long LISTED_AGAIN_MS = 1000;

  /** Of a catalog that fails again nothing is taken for done. */
  private static final Adoption NONE_LEFT_OUT =
      new Adoption() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void leftOut(ChunkFileId file, WeirException why) {
          if (!isLasting(why)) {
            throw why;
          }
        }
      };

  private final ChunkStore store;
  private final CompletableFuture<? extends Catalog> catalog;
  private final Cache<ChunkFileId, FileIndex> indexes;
  private final Leases leases = new Leases(this::unlink);

  /** Files that the catalog lists and no disk has. */
  private final Set<ChunkFileId> missing = ConcurrentHashMap.newKeySet();

  /** Files that are there, can't be read, and were named in the log. */
  private final Set<ChunkFileId> unreadable = ConcurrentHashMap.newKeySet();

  /** Files made anew, by those whose places they have not taken yet. */
  private final Map<ChunkFileId, FileIndex> unplaced = new ConcurrentHashMap<>();

  /** Files that could not be listed yet, and what follows once they are. */
  private final Map<ChunkFileId, Runnable> unlisted = new ConcurrentHashMap<>();

  private final ExecutorService cataloger;

  /** How often the catalog was opened again, and the last of them after which it was complete. */
  private final AtomicLong reopenings = new AtomicLong();

  private final AtomicLong inStepAt = new AtomicLong();

  private final AtomicBoolean listingDue = new AtomicBoolean();

  /** The thread that is bringing the catalog in step; none mostly. */
  private volatile @Nullable Thread listing;

  /**
   * The catalog is closed with this, the store is not.
   *
   * @param catalog may still be opening; {@link #reconcile} waits for it
   * @param cataloger the one thread that lists sealed files; shut down with this
   */
  SealedFiles(
      ChunkStore store,
      CompletableFuture<? extends Catalog> catalog,
      ExecutorService cataloger,
      int cachedIndexes) {
    this.cataloger = cataloger;
    this.store = store;
    this.catalog = catalog;
    this.indexes = Caffeine.newBuilder().maximumSize(cachedIndexes).build();
  }

  /**
   * Brings the catalog in step with the files, once, at start: finishes deletions, adopts files
   * without a row, notices rows without a file.
   *
   * @param sealed all sealed files
   * @param adoption hears of each file that is adopted or can't be
   * @throws StorageFailure when the catalog can't be opened
   */
  void reconcile(List<ChunkFileId> sealed, Adoption adoption) {
    try {
      bringInStep(sealed, adoption);
    } catch (StorageFailure e) {
      // Damage may show only now, past the look at it when it was opened.
      if (!catalog().isDamagedBy(e)) {
        throw e;
      }
      LOG.error(
          "catalog can't be used, put aside and made anew from the chunk files: {}",
          e.getMessage());
      catalog().beginAnew();
      missing.clear();
      bringInStep(sealed, adoption);
    }
    catalog()
        .onReopened(() -> {
          reopenings.incrementAndGet();
          // By the work itself it is reopened as often as it fails.
          if (!Thread.currentThread().equals(listing)) {
            listAgainIn(0);
          }
        });
  }

  private void bringInStep(List<ChunkFileId> sealed, Adoption adoption) {
    List<ChunkFileId> marked = catalog().deleting().stream().map(FileRow::file).toList();
    if (!marked.isEmpty()) {
      unlink(marked);
    }
    Set<ChunkFileId> unknown = new HashSet<>(sealed);
    marked.forEach(unknown::remove);
    long lost = 0;
    for (FileRow row : catalog().all()) {
      if (!unknown.remove(row.file())) {
        missing.add(row.file());
        lost += row.fragments();
        if (missing.size() <= MOST_NAMED) {
          LOG.error("chunk file {} is missing", row.file());
        }
      }
    }
    if (!missing.isEmpty()) {
      LOG.error("{} chunk files are missing, with {} fragments", missing.size(), lost);
    }
    adopt(unknown, adoption, this::unlink);
  }

  private void listAgainIn(long millis) {
    if (!listingDue.getAndSet(true)) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, cataloger)
          .execute(this::listAgain);
    }
  }

  /**
   * A catalog that was opened again may lack what was written last: the files say it. Where that
   * fails too it is tried again, as often as it takes.
   */
  private void listAgain() {
    listing = Thread.currentThread();
    listingDue.set(false);
    try {
      long known = reopenings.get();
      Set<ChunkFileId> unknown = new HashSet<>(store.sealedFiles());
      catalog().all().forEach(row -> unknown.remove(row.file()));
      adopt(unknown, NONE_LEFT_OUT, leases::doom);
      List.copyOf(unlisted.keySet())
          .forEach(file -> {
            Runnable listed = unlisted.remove(file);
            if (listed != null) {
              listed.run();
            }
          });
      inStepAt.set(known);
    } catch (RuntimeException e) {
      LOG.error("the catalog could not be brought in step: {}", e.toString());
      listAgainIn(LISTED_AGAIN_MS);
    } finally {
      listing = null;
    }
  }

  /**
   * Which of the catalog's openings lists all files; empty while it may lack some, and so says
   * nothing of what is not there. A conclusion holds when it is the same before and after.
   */
  OptionalLong inStep() {
    long opening = reopenings.get();
    return inStepAt.get() == opening ? OptionalLong.of(opening) : OptionalLong.empty();
  }

  private Catalog catalog() {
    try {
      return catalog.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof WeirException known
          ? known
          : new StorageFailure("catalog", "", "", String.valueOf(e.getCause()));
    }
  }

  /**
   * @param remove takes the files that others have replaced
   */
  private void adopt(
      Set<ChunkFileId> unknown, Adoption adoption, Consumer<List<ChunkFileId>> remove) {
    int done = 0;
    int added = 0;
    var replaced = new ArrayList<ChunkFileId>();
    for (ChunkFileId file : unknown) {
      try {
        FileIndex index = store.readIndex(file);
        catalog().add(List.of(Rows.of(index)));
        added++;
        if (index.replaces() != 0) {
          replaced.add(new ChunkFileId(file.stream(), index.replaces()));
        }
      } catch (WeirException e) {
        if (e instanceof StorageFailure failure && catalog().isDamagedBy(failure)) {
          throw e;
        }
        LOG.error("chunk file {} is left out of the catalog: {}", file, e.getMessage());
        adoption.leftOut(file, e);
      }
      adoption.progress(++done, unknown.size());
    }
    if (!replaced.isEmpty()) {
      catalog().markDeleting(replaced);
      remove.accept(replaced);
      missing.removeAll(replaced);
    }
    if (added > 0) {
      LOG.info("{} chunk files that the catalog had no row of have one now", added);
    }
  }

  /**
   * A file was sealed: it goes into the catalog on a thread that may touch it.
   *
   * @param listed runs there once it is
   */
  void sealed(FileIndex index, Runnable listed) {
    cataloger.execute(() -> {
      try {
        catalog().add(List.of(Rows.of(index)));
        indexes.put(index.file(), index);
        listed.run();
      } catch (RuntimeException e) {
        // The file stays in memory until the catalog is opened again, or the server is started.
        unlisted.put(index.file(), listed);
        LOG.error("chunk file {} is not in the catalog yet: {}", index.file(), e.toString());
      }
    });
  }

  /**
   * What a file says of itself.
   *
   * @throws WeirException when it can't be read now, or {@linkplain #isLasting ever}
   */
  FileIndex index(ChunkFileId file) {
    try {
      return indexes.get(file, store::readIndex);
    } catch (WeirException e) {
      if (isLasting(e) && unreadable.add(file)) {
        LOG.error("chunk file {} is not shown: {}", file, e.getMessage());
      }
      throw e;
    }
  }

  /** The same; empty of a file that takes its own media away, and no other. */
  Optional<FileIndex> indexIfReadable(ChunkFileId file) {
    try {
      return Optional.of(index(file));
    } catch (WeirException e) {
      if (isLasting(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether a file can't be read however often it is tried. */
  static boolean isLasting(WeirException e) {
    return e instanceof CorruptRecord
        || (e instanceof StorageFailure failure && failure.isNewerFormat());
  }

  List<FileRow> find(StreamId stream, TimeRange range, Clock by) {
    return present(catalog().find(stream, range, by));
  }

  List<FileRow> findByCounter(StreamId stream, long first, long last) {
    return present(catalog().findByCounter(stream, first, last));
  }

  List<FileRow> newest(StreamId stream, int limit) {
    return present(catalog().newest(stream, limit));
  }

  Optional<FileRow> liveEdge(StreamId stream) {
    return catalog().liveEdge(stream);
  }

  long greatestCounter(StreamId stream) {
    return catalog().greatestCounter(stream);
  }

  /** Sums over the files that are there; empty when none is. */
  Optional<FileRow> totals(StreamId stream) {
    if (missing.stream().noneMatch(file -> file.stream().equals(stream))) {
      return catalog().totals(stream);
    }
    return find(stream, TimeRange.ALL, Clock.SERVER).stream()
        .filter(row -> row.fragments() > 0)
        .reduce(FileRow::and);
  }

  /** Rows of a range whose files are on no disk: its media was there, and is lost or away. */
  List<FileRow> missing(StreamId stream, TimeRange range, Clock by) {
    return missing.isEmpty()
        ? List.of()
        : catalog().find(stream, range, by).stream().filter(row -> isMissing(row.file())).toList();
  }

  boolean isMissing(ChunkFileId file) {
    return missing.contains(file);
  }

  private List<FileRow> present(List<FileRow> rows) {
    return missing.isEmpty() ? rows : rows.stream().filter(row -> !isMissing(row.file())).toList();
  }

  Leases leases() {
    return leases;
  }

  /**
   * Deletion order: mark, commit, checkpoint; then, when nobody reads them, unlink, force folder,
   * drop the rows (invariant 3).
   */
  void delete(List<ChunkFileId> files) {
    if (!files.isEmpty()) {
      catalog().markDeleting(files);
      leases.doom(files);
    }
  }

  /**
   * Makes a file anew; its readers keep the old one until they are done. Where it was made anew
   * before and the catalog did not take it, that one takes its place, whatever its fates were.
   */
  void rewrite(ChunkFileId file, long number, Map<FragmentNumber, Fate> fates) {
    takePlace(file, unplaced.computeIfAbsent(file, old -> store.rewrite(old, number, fates)));
  }

  /** Until the catalog has noted it, a file that was made anew is not made once more. */
  private void takePlace(ChunkFileId old, FileIndex fresh) {
    catalog().replace(old, Rows.of(fresh));
    indexes.put(fresh.file(), fresh);
    unplaced.remove(old);
    leases.doom(List.of(old));
  }

  private void unlink(List<ChunkFileId> files) {
    store.delete(files);
    catalog().drop(files);
    indexes.invalidateAll(files);
    files.forEach(unplaced::remove);
  }

  /** Waits until everything sealed so far is in the catalog. */
  void settle() {
    try {
      cataloger.submit(() -> {}).get(REST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new StorageFailure("catalog did not come to rest", "", "", e.toString());
    }
  }

  Ledger ledger() {
    return catalog().ledger();
  }

  void backUpCatalog(Path file) {
    settle();
    catalog().backUp(file);
  }

  CheckReport check(Function<StreamId, Set<Contested>> displaced, CheckProgress progress) {
    settle();
    return new ArchiveCheck(store, catalog(), this::isListed, displaced, progress).run();
  }

  private boolean isListed(ChunkFileId file) {
    return catalog().find(file.stream(), TimeRange.ALL, Clock.SERVER).stream()
        .anyMatch(row -> row.file().equals(file));
  }

  /** Makes a damaged file anew of what proves itself. */
  void salvage(ChunkFileId file, long number) {
    takePlace(file, unplaced.computeIfAbsent(file, old -> store.salvage(old, number)));
  }

  /** Takes a copy of a file out of the way; the other one counts. */
  void setAside(CheckReport.Stray stray) {
    store.setAside(stray.file(), stray.disk());
    indexes.invalidate(stray.file());
  }

  @Override
  public void close() {
    settle();
    cataloger.shutdown();
    try {
      if (!cataloger.awaitTermination(REST_SECONDS, TimeUnit.SECONDS)) {
        LOG.error("catalog writes did not end within {} s", REST_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    catalog().close();
  }
}
