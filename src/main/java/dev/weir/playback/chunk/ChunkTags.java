// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.SimpleTag;
import java.util.List;

/** What is told of fragments beside their media. Thread-safe. */
public interface ChunkTags {

  /** Before a fragment. */
  List<SimpleTag> before(FragmentEntry fragment);

  /**
   * After a fragment; none when empty.
   *
   * @param behindMs by how much it lies behind what the stream has now
   */
  List<SimpleTag> after(FragmentEntry fragment, long behindMs);

  /** In place of a fragment that is not there. */
  List<SimpleTag> missing(FragmentNumber number);
}
