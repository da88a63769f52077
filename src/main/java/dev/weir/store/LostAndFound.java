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

  /** Moves a sealed file here as it is, beside copies of it that were moved before. */
  static void move(Volume volume, ChunkFileId id) throws IOException {
    Disk disk = volume.disk();
    disk.createFolders(Layout.LOST_AND_FOUND);
    String name = id.stream() + "-" + id.baseName() + "-copy";
    Path kept = Layout.LOST_AND_FOUND.resolve(name);
    for (int next = 2; disk.exists(kept); next++) {
      kept = Layout.LOST_AND_FOUND.resolve(name + next);
    }
    disk.rename(Layout.sealed(id), kept);
    volume.forceFolder(Layout.LOST_AND_FOUND);
    volume.forceFolder(Layout.folder(id.stream()));
  }
}
