// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.FileRow;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.PartEntry;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import dev.weir.store.ChunkStore;
import dev.weir.store.FileIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Walks the store's invariants over all sealed files (design/store.md). Confined to one thread. */
final class ArchiveCheck {

  private final ChunkStore store;
  private final Catalog catalog;
  private final List<String> failures = new ArrayList<>();
  private final Map<StreamId, TreeMap<Long, FragmentEntry>> live = new HashMap<>();
  private long files;
  private long fragments;
  private long bytes;

  ArchiveCheck(ChunkStore store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  CheckReport run() {
    Map<ChunkFileId, FileRow> rows = new HashMap<>();
    // Rows first: a file sealed during the walk may lack its row, never the other way round.
    catalog.all().forEach(row -> rows.put(row.file(), row));
    for (ChunkFileId file : store.sealedFiles()) {
      FileRow row = rows.remove(file);
      check(file, row == null ? List.of() : List.of(row));
    }
    rows.keySet()
        .forEach(
            file -> failures.add("invariant 2: " + file + " is in the catalog and not on disk"));
    live.forEach(this::checkLiveOrder);
    return new CheckReport(files, fragments, bytes, failures);
  }

  private void check(ChunkFileId file, List<FileRow> row) {
    files++;
    try {
      FileIndex index = store.readIndex(file);
      for (FileRow each : row) {
        FileRow expected = Rows.of(index);
        if (!each.equals(expected)) {
          failures.add(
              "invariant 2: " + file + ": footer says " + expected + ", catalog says " + each);
        }
      }
      for (FragmentEntry fragment : index.fragments()) {
        check(fragment);
      }
    } catch (WeirException e) {
      failures.add("invariant 5: " + file + ": " + e.getMessage());
    }
  }

  private void check(FragmentEntry fragment) {
    fragments++;
    for (PartEntry part : fragment.parts()) {
      try {
        store.readPart(fragment.file(), part);
        bytes += part.recordBytes();
      } catch (WeirException e) {
        failures.add("invariant 1: fragment " + fragment.number() + ": " + e.getMessage());
      }
    }
    if (fragment.live().isPresent()) {
      long ordinal = fragment.live().get().liveOrdinal();
      FragmentEntry other =
          live.computeIfAbsent(fragment.file().stream(), key -> new TreeMap<>())
              .put(ordinal, fragment);
      if (other != null) {
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
