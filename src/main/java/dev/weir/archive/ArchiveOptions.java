// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.store.StoreOptions;
import java.nio.file.Path;

/**
 * How an archive is opened. Immutable.
 *
 * @param data the data folder
 * @param store how its store behaves
 * @param cachedIndexes index footers of sealed files that are kept in memory
 */
public record ArchiveOptions(Path data, StoreOptions store, int cachedIndexes) {

  public static ArchiveOptions of(Path data) {
    return new ArchiveOptions(data, StoreOptions.DEFAULT, 4096);
  }
}
