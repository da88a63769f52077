// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.FragmentEntry;
import java.util.Optional;

/** What a fragment is a reason to tell. Confined to one thread at a time; blocks on the archive. */
interface Occasions {

  /**
   * The delivery with an index among those that a fragment brings about; empty after the last.
   * Always the same for the same fragment, index and position.
   *
   * @param position that it follows from
   */
  Optional<Delivery> of(FragmentEntry fragment, Position position, int index);
}
