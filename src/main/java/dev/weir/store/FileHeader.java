// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StreamId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a chunk file: magic, version, which file of which stream
 * (reference/chunk-file.md). Stateless.
 */
final class FileHeader {

  private FileHeader() {}

  static ByteBuffer write(ChunkFileId file) {
    var out = ByteBuffer.allocate(StoreFormat.FILE_HEADER_BYTES);
    out.putLong(StoreFormat.FILE_MAGIC)
        .putShort((short) StoreFormat.VERSION)
        .putShort((short) StoreFormat.FILE_HEADER_BYTES);
    out.putLong(file.stream().value().getMostSignificantBits());
    out.putLong(file.stream().value().getLeastSignificantBits());
    out.putLong(file.value()).putLong(0);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.position());
    return out.putInt((int) crc.getValue()).flip();
  }

  /** Empty when the bytes are no header of a version that this program reads. */
  static Optional<ChunkFileId> read(ByteBuffer in) {
    var crc = new CRC32C();
    crc.update(in.slice(0, StoreFormat.FILE_HEADER_BYTES - 4));
    if (in.getLong(0) != StoreFormat.FILE_MAGIC
        || in.getShort(8) != StoreFormat.VERSION
        || in.getInt(StoreFormat.FILE_HEADER_BYTES - 4) != (int) crc.getValue()) {
      return Optional.empty();
    }
    return Optional.of(
        new ChunkFileId(new StreamId(new UUID(in.getLong(12), in.getLong(20))), in.getLong(28)));
  }
}
