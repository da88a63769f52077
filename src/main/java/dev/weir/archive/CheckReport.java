// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import java.util.List;

/**
 * What a walk of the invariants found. Immutable.
 *
 * @param files chunk files looked at
 * @param fragments fragments whose records were read and verified
 * @param bytes bytes read
 * @param failures one line each: which invariant, which file, what; empty when all hold
 */
public record CheckReport(long files, long fragments, long bytes, List<String> failures) {

  public CheckReport {
    failures = List.copyOf(failures);
  }
}
