// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import java.util.List;
import java.util.stream.Stream;

/**
 * What recovery found. Immutable.
 *
 * @param whole files that were sealed before
 * @param sealed files that were open and have been sealed
 * @param truncatedFragments fragments closed without their end record
 * @param tornBytes bytes cut from file ends
 * @param notes one line each, for the log
 */
public record RecoveryReport(
    List<ChunkFileId> whole,
    List<ChunkFileId> sealed,
    int truncatedFragments,
    long tornBytes,
    List<String> notes) {

  public RecoveryReport {
    whole = List.copyOf(whole);
    sealed = List.copyOf(sealed);
    notes = List.copyOf(notes);
  }

  static final RecoveryReport NOTHING = new RecoveryReport(List.of(), List.of(), 0, 0, List.of());

  /** What both found. */
  RecoveryReport and(RecoveryReport other) {
    return new RecoveryReport(
        Stream.concat(whole.stream(), other.whole.stream()).toList(),
        Stream.concat(sealed.stream(), other.sealed.stream()).toList(),
        truncatedFragments + other.truncatedFragments,
        tornBytes + other.tornBytes,
        Stream.concat(notes.stream(), other.notes.stream()).toList());
  }
}
