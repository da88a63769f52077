// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.ChunkFileId;
import dev.weir.model.WeirException;

/** Hears, as an archive opens, of the files that the catalog does not know yet. */
interface Adoption {

  /** Of whom nobody asks. */
  Adoption UNHEARD =
      new Adoption() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void leftOut(ChunkFileId file, WeirException why) {}
      };

  /** So many of them have been looked at. */
  void progress(long done, long total);

  /** A file can't be read and stays out. */
  void leftOut(ChunkFileId file, WeirException why);
}
