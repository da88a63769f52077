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
 * @param runs headers of all runs its fragments belong to
 * @param fragments in the order of their numbers
 * @param gaps in the order they were recorded
 * @param fileBytes length of the sealed file
 */
public record FileIndex(
    ChunkFileId file,
    List<RunHeader> runs,
    List<FragmentEntry> fragments,
    List<Gap> gaps,
    long fileBytes) {

  public FileIndex {
    runs = List.copyOf(runs);
    fragments = List.copyOf(fragments);
    gaps = List.copyOf(gaps);
  }
}
