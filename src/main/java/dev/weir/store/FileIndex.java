// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.RunHeader;
import java.util.List;

/**
 * What the index footer of a sealed chunk file says. Immutable.
 *
 * @param file which file
 * @param replaces number of the file that this one was made from and whose place it takes; 0 when
 *     none
 * @param runs headers of all runs its fragments belong to
 * @param fragments in the order of their numbers
 * @param forgotten fragments whose samples were deleted on request: their places in the chain
 * @param gaps in the order they were recorded
 * @param fileBytes length of the sealed file
 */
public record FileIndex(
    ChunkFileId file,
    long replaces,
    List<RunHeader> runs,
    List<FragmentEntry> fragments,
    List<FragmentEntry> forgotten,
    List<Gap> gaps,
    long fileBytes) {

  public FileIndex {
    runs = List.copyOf(runs);
    fragments = List.copyOf(fragments);
    forgotten = List.copyOf(forgotten);
    gaps = List.copyOf(gaps);
  }
}
