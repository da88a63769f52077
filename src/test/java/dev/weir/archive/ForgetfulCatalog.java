// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.catalog.Ledger;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A catalog that keeps what was brought to disk and may lose any of what came after it, as H2 does
 * when its process dies. Outlives the archives that use it. Confined to one thread.
 */
final class ForgetfulCatalog implements Catalog {

  private record Entry(FileRow row, boolean deleting) {}

  private final BooleanSupplier dead;
  private final List<TreeMap<ChunkFileId, Entry>> sinceSync = new ArrayList<>();
  private TreeMap<ChunkFileId, Entry> now =
      new TreeMap<>(
          Comparator.comparing(ChunkFileId::stream).thenComparingLong(ChunkFileId::value));

  /**
   * @param dead whether the process is; then nothing works
   */
  ForgetfulCatalog(BooleanSupplier dead) {
    this.dead = dead;
  }

  /** The process died: back to one of the states since the last that was brought to disk. */
  void crash(Random random) {
    if (!sinceSync.isEmpty() && random.nextBoolean()) {
      now = sinceSync.get(random.nextInt(sinceSync.size()));
    }
    sinceSync.clear();
  }

  /** The catalog was deleted, or is damaged beyond opening. */
  void lose() {
    now.clear();
    sinceSync.clear();
  }

  private void begin() {
    if (dead.getAsBoolean()) {
      throw new StorageFailure("catalog", "", "", "the process is dead");
    }
    sinceSync.add(new TreeMap<>(now));
  }

  @Override
  public void add(Collection<FileRow> rows) {
    begin();
    rows.forEach(row -> now.put(row.file(), new Entry(row, false)));
  }

  @Override
  public void replace(ChunkFileId old, FileRow fresh) {
    add(List.of(fresh));
    markDeleting(List.of(old));
  }

  @Override
  public void markDeleting(Collection<ChunkFileId> files) {
    begin();
    files.forEach(file -> now.computeIfPresent(file, (key, entry) -> new Entry(entry.row, true)));
    sinceSync.clear();
  }

  @Override
  public void drop(Collection<ChunkFileId> files) {
    begin();
    files.forEach(now::remove);
  }

  private List<FileRow> rows(Predicate<Entry> wanted) {
    if (dead.getAsBoolean()) {
      throw new StorageFailure("catalog", "", "", "the process is dead");
    }
    return now.values().stream().filter(wanted).map(Entry::row).toList();
  }

  private List<FileRow> of(StreamId stream, Predicate<FileRow> wanted) {
    return rows(entry ->
        entry.row.file().stream().equals(stream) && !entry.deleting && wanted.test(entry.row));
  }

  @Override
  public List<FileRow> find(StreamId stream, TimeRange range, Clock clock) {
    return of(
        stream,
        row ->
            switch (clock) {
              case PRODUCER ->
                  row.producerToNs() >= range.fromNs() && row.producerFromNs() < range.toNs();
              case SERVER ->
                  row.serverToNs() >= range.fromNs() && row.serverFromNs() < range.toNs();
            });
  }

  @Override
  public List<FileRow> findByCounter(StreamId stream, long first, long last) {
    return of(stream, row -> row.lastCounter() >= first && row.firstCounter() <= last).stream()
        .sorted(Comparator.comparingLong(FileRow::firstCounter))
        .toList();
  }

  @Override
  public List<FileRow> newest(StreamId stream, int limit) {
    return of(stream, row -> row.lastCounter() >= 0).stream()
        .sorted(Comparator.comparingLong(FileRow::lastCounter).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public Optional<FileRow> liveEdge(StreamId stream) {
    return of(stream, row -> row.liveTo() > 0).stream()
        .max(Comparator.comparingLong(FileRow::liveTo));
  }

  @Override
  public long greatestCounter(StreamId stream) {
    return rows(entry -> entry.row.file().stream().equals(stream)).stream()
        .mapToLong(row -> Math.max(row.lastCounter(), row.file().value()))
        .max()
        .orElse(0);
  }

  @Override
  public List<FileRow> deleting() {
    return rows(Entry::deleting);
  }

  @Override
  public List<FileRow> all() {
    return rows(entry -> true);
  }

  @Override
  public Optional<FileRow> totals(StreamId stream) {
    return of(stream, row -> row.fragments() > 0).stream().findFirst();
  }

  @Override
  public void onReopened(Runnable listener) {}

  @Override
  public boolean isDamagedBy(StorageFailure failure) {
    return false;
  }

  @Override
  public void beginAnew() {
    throw new AssertionError("it is never damaged");
  }

  @Override
  public Ledger ledger() {
    throw new AssertionError("nobody asks for it here");
  }

  @Override
  public void backUp(Path file) {
    throw new AssertionError("nobody asks for it here");
  }

  @Override
  public void close() {}
}
