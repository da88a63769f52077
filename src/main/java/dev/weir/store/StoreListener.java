// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;

/** Told of the life of chunk files. Called on writer threads; must not block. */
public interface StoreListener {

  /** A file was created; entries of it will follow through writers. */
  void opened(ChunkFileId file);

  /** A file was sealed: footer written, forced, renamed, folder forced. */
  void sealed(FileIndex index);

  /** A file that held nothing was removed. */
  void discarded(ChunkFileId file);

  /**
   * A file takes no more appends after a failed write or force; what was forced before stays
   * readable.
   */
  void failed(ChunkFileId file, dev.weir.model.StorageFailure cause);
}
