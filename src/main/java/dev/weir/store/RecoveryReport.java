// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import java.util.List;

/**
 * What recovery found. Immutable.
 *
 * @param sealed files that were open and have been sealed
 * @param truncatedFragments fragments closed without their end record
 * @param tornBytes bytes cut from file ends
 * @param notes one line each, for the log
 */
public record RecoveryReport(
    List<ChunkFileId> sealed, int truncatedFragments, long tornBytes, List<String> notes) {

  public RecoveryReport {
    sealed = List.copyOf(sealed);
    notes = List.copyOf(notes);
  }
}
