// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.model.CheckReport;
import dev.weir.model.CheckReport.Contested;
import dev.weir.model.CheckReport.Stray;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileVerification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Walks the store's invariants over all sealed files, every byte of them (design/store.md). The
 * archive may be in use meanwhile. Confined to one thread.
 */
final class ArchiveCheck {

  private final ChunkStore store;
  private final Catalog catalog;
  private final Predicate<ChunkFileId> stillThere;
  private final Function<StreamId, Set<Contested>> displaced;
  private final CheckProgress progress;
  private final List<String> failures = new ArrayList<>();
  private final List<ChunkFileId> damaged = new ArrayList<>();
  private final Map<String, Long> filesByDisk = new TreeMap<>();
  private final Map<StreamId, LiveOrderCheck> live = new HashMap<>();

  /** Of files with copies the disk of the one that counts. */
  private final Map<ChunkFileId, String> counting = new HashMap<>();

  private final List<Stray> strays = new ArrayList<>();
  private long files;
  private long fragments;
  private long bytes;

  /**
   * @param stillThere whether a file was not deleted meanwhile
   * @param displaced what was given out twice in a stream's live order, and is repaired
   */
  ArchiveCheck(
      ChunkStore store,
      Catalog catalog,
      Predicate<ChunkFileId> stillThere,
      Function<StreamId, Set<Contested>> displaced,
      CheckProgress progress) {
    this.store = store;
    this.catalog = catalog;
    this.stillThere = stillThere;
    this.displaced = displaced;
    this.progress = progress;
  }

  CheckReport run() {
    Map<ChunkFileId, FileRow> rows = new HashMap<>();
    // Rows first: a file sealed during the walk may lack its row, never the other way round.
    catalog.all().forEach(row -> rows.put(row.file(), row));
    Set<ChunkFileId> listed = Set.copyOf(rows.keySet());
    List<ChunkFileId> sealed = store.sealedFiles();
    store
        .copies()
        .forEach((file, disks) -> compare(file, disks, Optional.ofNullable(rows.get(file))));
    for (ChunkFileId file : sealed) {
      FileRow row = rows.remove(file);
      check(file, row == null ? List.of() : List.of(row), listed.contains(file));
      progress.files(++files, sealed.size());
    }
    rows.keySet().stream()
        .filter(stillThere)
        .forEach(
            file -> failures.add("invariant 2: " + file + " is in the catalog and not on disk"));
    var contested = new ArrayList<Contested>();
    live.forEach((stream, order) -> {
      contested.addAll(order.contested());
      failures.addAll(order.failures());
    });
    return new CheckReport(
        files, fragments, bytes, filesByDisk, failures, damaged, contested, strays);
  }

  /**
   * Of copies of one file that which is whole, and which the catalog knows, counts; of equal ones
   * the one that is read.
   *
   * @param disks where they lie, the one that is read first
   */
  private void compare(ChunkFileId file, List<String> disks, Optional<FileRow> row) {
    failures.add("invariant 7: " + file + " lies on " + String.join(" and ", disks));
    disks.stream()
        .filter(disk -> counts(file, disk, row))
        .findFirst()
        .ifPresent(disk -> {
          counting.put(file, disk);
          disks.stream()
              .filter(each -> !each.equals(disk))
              .forEach(each -> strays.add(new Stray(file, each)));
        });
  }

  private boolean counts(ChunkFileId file, String disk, Optional<FileRow> row) {
    try {
      FileVerification found = store.verify(file, disk);
      return found.problems().isEmpty()
          && row.map(each -> each.equals(Rows.of(found.records()))).orElse(true);
    } catch (WeirException e) {
      return false;
    }
  }

  private void check(ChunkFileId file, List<FileRow> row, boolean listed) {
    FileVerification found;
    try {
      String disk = counting.get(file);
      found = disk == null ? store.verify(file) : store.verify(file, disk);
    } catch (WeirException e) {
      if (!listed || stillThere.test(file)) {
        failures.add("invariant 5: " + file + ": " + e.getMessage());
      }
      return;
    }
    filesByDisk.merge(found.disk(), 1L, Long::sum);
    bytes += found.bytes();
    if (!found.problems().isEmpty()) {
      found.problems().forEach(each -> failures.add("invariant 5: " + each));
      damaged.add(file);
      return;
    }
    for (FileRow each : row) {
      FileRow expected = Rows.of(found.records());
      if (!each.equals(expected)) {
        failures.add(
            "invariant 2: " + file + ": footer says " + expected + ", catalog says " + each);
      }
    }
    found.records().fragments().forEach(this::check);
  }

  private void check(FragmentEntry fragment) {
    fragments++;
    live.computeIfAbsent(fragment.file().stream(), id -> new LiveOrderCheck(id, displaced(id)))
        .add(fragment);
  }

  /** What hinders one stream does not hinder the walk of the others. */
  private Set<Contested> displaced(StreamId stream) {
    try {
      return displaced.apply(stream);
    } catch (WeirException e) {
      failures.add("stream " + stream + " can't be opened: " + e.getMessage());
      return Set.of();
    }
  }
}
