// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * How an archive is opened. Immutable.
 *
 * @param data the data folders, at least one: a disk each
 * @param store how its store behaves
 * @param cachedIndexes index footers of sealed files that are kept in memory
 */
public record ArchiveOptions(List<Path> data, StoreOptions store, int cachedIndexes) {

  public ArchiveOptions {
    data = List.copyOf(data);
  }

  private static final int CACHED_INDEXES = 4096;

  /** One folder, everything else at its default. */
  public static ArchiveOptions of(Path data) {
    return of(List.of(data), StoreOptions.DEFAULT);
  }

  /** Folders and how the store behaves. */
  public static ArchiveOptions of(List<Path> data, StoreOptions store) {
    return new ArchiveOptions(data, store, CACHED_INDEXES);
  }
}
