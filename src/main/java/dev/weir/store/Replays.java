// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.Bytes;
import dev.weir.model.FragmentNumber;
import java.util.Optional;

/**
 * Finds the fragment that one which is being completed repeats. Asked on a writer thread, once all
 * of its bytes are known and before its end is written; may use the disk.
 */
@FunctionalInterface
public interface Replays {

  /** Where nothing can have been sent before. */
  Replays NONE = content -> Optional.empty();

  /**
   * @param content SHA-256 over the sample tables and payloads of the fragment
   */
  Optional<FragmentNumber> originalOf(Bytes content);
}
