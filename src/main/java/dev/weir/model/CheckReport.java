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
 */
public record CheckReport(
    long files,
    long fragments,
    long bytes,
    Map<String, Long> filesByDisk,
    List<String> failures,
    List<ChunkFileId> damaged) {

  public CheckReport {
    filesByDisk = Map.copyOf(filesByDisk);
    failures = List.copyOf(failures);
    damaged = List.copyOf(damaged);
  }
}
