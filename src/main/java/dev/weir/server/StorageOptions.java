// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a server keeps media, and in how much room. Immutable.
 *
 * @param data data folders, at least one: a disk each
 * @param keepFreeBytes with less room than this on the disks, retention makes room
 * @param reserveBytes with less room than this on a disk, it takes no more media
 * @param memoryBytes what streams that are kept in memory may have together
 * @param cacheBytes what pictures that were made and kept may have on the first disk
 */
public record StorageOptions(
    List<Path> data, long keepFreeBytes, long reserveBytes, long memoryBytes, long cacheBytes) {

  private static final long KEEP_FREE_BYTES = 2_000_000_000;
  private static final long RESERVE_BYTES = 256_000_000;
  private static final long CACHE_BYTES = 256_000_000;

  public StorageOptions {
    data = List.copyOf(data);
  }

  /** One folder, everything else at its default. */
  public static StorageOptions of(Path data) {
    return new StorageOptions(
        List.of(data), KEEP_FREE_BYTES, RESERVE_BYTES, memoryShare(), CACHE_BYTES);
  }

  /** What streams in memory may have when nobody says: a quarter of the heap. */
  static long memoryShare() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** The folder that holds what is kept once for all disks. */
  Path first() {
    return data.getFirst();
  }
}
