// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The folder where bytes go that are taken out of the way, and never deleted from. Stateless. */
final class LostAndFound {

  private static final int PIECE_BYTES = 1 << 20;

  private LostAndFound() {}

  /** Copies a file's bytes from an offset on, forced. */
  static void keep(Disk disk, ChunkFileId id, Disk.Handle handle, long from) throws IOException {
    long size = handle.size();
    disk.createFolders(Layout.LOST_AND_FOUND);
    Path copy = Layout.LOST_AND_FOUND.resolve(id.stream() + "-" + id.baseName() + "-" + from);
    disk.delete(copy);
    try (Disk.Handle out = disk.create(copy)) {
      for (long at = from; at < size; ) {
        var piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size - at));
        handle.read(at, piece);
        out.append(List.of(piece.flip()));
        at += piece.limit();
      }
      out.force();
    }
    disk.forceFolder(Layout.LOST_AND_FOUND);
  }
}
