// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.List;
import java.util.Map;

/**
 * What a walk of the invariants found. Immutable.
 *
 * @param files chunk files looked at
 * @param fragments fragments whose records were read and verified
 * @param bytes bytes read
 * @param filesByDisk how many of the files lie on which disk
 * @param failures one line each: which invariant, which file, what; empty when all hold
 * @param damaged files that are not whole
 * @param contested places in the live order that fragments of two times have
 * @param strays copies of files that lie on another disk too
 */
public record CheckReport(
    long files,
    long fragments,
    long bytes,
    Map<String, Long> filesByDisk,
    List<String> failures,
    List<ChunkFileId> damaged,
    List<Contested> contested,
    List<Stray> strays) {

  /**
   * From a place on, a stream's live order was given out a second time. Immutable.
   *
   * @param counter of the first fragment of the second time
   * @param ordinal its live ordinal; older fragments from there on have places that are others' too
   */
  public record Contested(StreamId stream, long counter, long ordinal) {}

  /**
   * A copy of a chunk file beside the one that counts. Immutable.
   *
   * @param disk where the copy lies
   */
  public record Stray(ChunkFileId file, String disk) {}

  public CheckReport {
    filesByDisk = Map.copyOf(filesByDisk);
    failures = List.copyOf(failures);
    damaged = List.copyOf(damaged);
    contested = List.copyOf(contested);
    strays = List.copyOf(strays);
  }

  /** Whether something of it can be repaired. */
  public boolean repairable() {
    return !damaged.isEmpty() || !contested.isEmpty() || !strays.isEmpty();
  }
}
