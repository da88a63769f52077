// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StreamId;
import java.io.IOException;
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
    out.put(id(file)).putLong(0);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.position());
    return out.putInt((int) crc.getValue()).flip();
  }

  /** Which file of which stream, as 24 bytes. */
  static ByteBuffer id(ChunkFileId file) {
    return ByteBuffer.allocate(24)
        .putLong(file.stream().value().getMostSignificantBits())
        .putLong(file.stream().value().getLeastSignificantBits())
        .putLong(file.value())
        .flip();
  }

  /** Empty when the bytes are no header of a version that this program reads. */
  static Optional<ChunkFileId> read(ByteBuffer in) {
    if (in.remaining() < StoreFormat.FILE_HEADER_BYTES) {
      return Optional.empty();
    }
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

  /** Whether the handle's file begins with the header of this very file. */
  static boolean read(ChunkFileId file, Disk.Handle handle) throws IOException {
    if (handle.size() < StoreFormat.FILE_HEADER_BYTES) {
      return false;
    }
    var header = ByteBuffer.allocate(StoreFormat.FILE_HEADER_BYTES);
    handle.read(0, header);
    return read(header.flip()).equals(Optional.of(file));
  }
}
