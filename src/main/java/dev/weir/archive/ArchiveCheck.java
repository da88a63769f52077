// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.model.CheckReport;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileVerification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Walks the store's invariants over all sealed files, every byte of them (design/store.md). The
 * archive may be in use meanwhile. Confined to one thread.
 */
final class ArchiveCheck {

  private final ChunkStore store;
  private final Catalog catalog;
  private final Predicate<ChunkFileId> stillThere;
  private final CheckProgress progress;
  private final List<String> failures = new ArrayList<>();
  private final List<ChunkFileId> damaged = new ArrayList<>();
  private final Map<String, Long> filesByDisk = new TreeMap<>();
  private final Map<StreamId, TreeMap<Long, FragmentEntry>> live = new HashMap<>();
  private long files;
  private long fragments;
  private long bytes;

  /**
   * @param stillThere whether a file was not deleted meanwhile
   */
  ArchiveCheck(
      ChunkStore store,
      Catalog catalog,
      Predicate<ChunkFileId> stillThere,
      CheckProgress progress) {
    this.store = store;
    this.catalog = catalog;
    this.stillThere = stillThere;
    this.progress = progress;
  }

  CheckReport run() {
    Map<ChunkFileId, FileRow> rows = new HashMap<>();
    // Rows first: a file sealed during the walk may lack its row, never the other way round.
    catalog.all().forEach(row -> rows.put(row.file(), row));
    Set<ChunkFileId> listed = Set.copyOf(rows.keySet());
    List<ChunkFileId> sealed = store.sealedFiles();
    for (ChunkFileId file : sealed) {
      FileRow row = rows.remove(file);
      check(file, row == null ? List.of() : List.of(row), listed.contains(file));
      progress.files(++files, sealed.size());
    }
    rows.keySet().stream()
        .filter(stillThere)
        .forEach(
            file -> failures.add("invariant 2: " + file + " is in the catalog and not on disk"));
    live.forEach(this::checkLiveOrder);
    return new CheckReport(files, fragments, bytes, filesByDisk, failures, damaged);
  }

  private void check(ChunkFileId file, List<FileRow> row, boolean listed) {
    FileVerification found;
    try {
      found = store.verify(file);
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
    if (fragment.live().isPresent()) {
      long ordinal = fragment.live().get().liveOrdinal();
      FragmentEntry other =
          live.computeIfAbsent(fragment.file().stream(), key -> new TreeMap<>())
              .put(ordinal, fragment);
      // A file made anew stands beside the one it replaces until nobody reads that any more.
      if (other != null && other.number().counter() != fragment.number().counter()) {
        failures.add(
            "live order: ordinal "
                + ordinal
                + " is of "
                + other.number()
                + " and of "
                + fragment.number());
      }
    }
  }

  private void checkLiveOrder(StreamId stream, SortedMap<Long, FragmentEntry> byOrdinal) {
    long discontinuity = -1;
    for (FragmentEntry fragment : byOrdinal.values()) {
      LivePlace place = fragment.live().orElseThrow();
      if (place.discontinuityOrdinal() < discontinuity) {
        failures.add(
            "live order: discontinuity ordinal of "
                + stream
                + " falls at fragment "
                + fragment.number());
      }
      discontinuity = place.discontinuityOrdinal();
    }
  }
}
