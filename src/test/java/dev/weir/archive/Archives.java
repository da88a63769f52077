// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.H2Catalog;
import dev.weir.store.Disk;
import dev.weir.store.FileChunkStore;
import dev.weir.store.StoreOptions;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Opens archives on disks that a test made. Stateless. */
public final class Archives {

  private Archives() {}

  /** The catalog is in memory: each opening makes it anew from the files. */
  public static DiskArchive open(Map<String, Disk> disks, StoreOptions options) {
    return open(disks, options, H2Catalog.inMemory());
  }

  /** The archive closes the catalog. */
  public static DiskArchive open(Map<String, Disk> disks, StoreOptions options, Catalog catalog) {
    return new DiskArchive(
        listener -> new FileChunkStore(disks, options, listener),
        CompletableFuture.completedFuture(catalog),
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()),
        64,
        InstantSource.system(),
        Adoption.UNHEARD);
  }
}
