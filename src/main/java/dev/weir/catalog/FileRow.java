// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.ChunkFileId;

/**
 * What the catalog knows of a sealed chunk file. Times are UTC nanoseconds. Immutable.
 *
 * @param fragments fragments in it; 0 in a file of gaps alone, whose times are those of the gaps
 * @param fileBytes length of the file
 * @param firstCounter smallest fragment counter, {@link Long#MAX_VALUE} when it has no fragment
 * @param liveTo the live ordinal after the last in it, 0 when it has none
 * @param discontinuityOrdinal the greatest in it, 0 when it has none
 * @param lastCounter greatest fragment counter, -1 when it has no fragment
 */
public record FileRow(
    ChunkFileId file,
    int fragments,
    long fileBytes,
    long producerFromNs,
    long producerToNs,
    long serverFromNs,
    long serverToNs,
    long firstCounter,
    long lastCounter,
    long liveTo,
    long discontinuityOrdinal) {

  /** Both as one: sums, and the ranges that hold both. */
  public FileRow and(FileRow other) {
    return new FileRow(
        file,
        fragments + other.fragments,
        fileBytes + other.fileBytes,
        Math.min(producerFromNs, other.producerFromNs),
        Math.max(producerToNs, other.producerToNs),
        Math.min(serverFromNs, other.serverFromNs),
        Math.max(serverToNs, other.serverToNs),
        Math.min(firstCounter, other.firstCounter),
        Math.max(lastCounter, other.lastCounter),
        Math.max(liveTo, other.liveTo),
        Math.max(discontinuityOrdinal, other.discontinuityOrdinal));
  }
}
