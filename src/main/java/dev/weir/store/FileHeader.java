// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a chunk file: magic, version, which file of which stream, and which file it
 * was made from (reference/chunk-file.md). Immutable.
 *
 * @param replaces the number of the file whose place it takes, {@link #REPLACES_NONE} when it is
 *     not made from another
 */
record FileHeader(ChunkFileId file, long replaces) {

  static final long REPLACES_NONE = 0;

  ByteBuffer encode() {
    var out = ByteBuffer.allocate(StoreFormat.FILE_HEADER_BYTES);
    out.putLong(StoreFormat.FILE_MAGIC)
        .putShort((short) StoreFormat.VERSION)
        .putShort((short) StoreFormat.FILE_HEADER_BYTES);
    out.put(id(file)).putLong(replaces);
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

  /**
   * Empty when the bytes do not prove themselves.
   *
   * @throws StorageFailure when they are the header of a newer version
   */
  static Optional<FileHeader> read(ByteBuffer in) {
    if (in.remaining() < StoreFormat.FILE_HEADER_BYTES) {
      return Optional.empty();
    }
    var crc = new CRC32C();
    crc.update(in.slice(0, StoreFormat.FILE_HEADER_BYTES - 4));
    if (in.getLong(0) != StoreFormat.FILE_MAGIC
        || in.getInt(StoreFormat.FILE_HEADER_BYTES - 4) != (int) crc.getValue()) {
      return Optional.empty();
    }
    if (in.getShort(8) != StoreFormat.VERSION) {
      throw StorageFailure.newerFormat(
          "file header", "version " + StoreFormat.VERSION, "version " + in.getShort(8));
    }
    var stream = new StreamId(new UUID(in.getLong(12), in.getLong(20)));
    return Optional.of(new FileHeader(new ChunkFileId(stream, in.getLong(28)), in.getLong(36)));
  }

  /** The header of an open handle's file. */
  static Optional<FileHeader> read(Disk.Handle handle) throws IOException {
    if (handle.size() < StoreFormat.FILE_HEADER_BYTES) {
      return Optional.empty();
    }
    var header = ByteBuffer.allocate(StoreFormat.FILE_HEADER_BYTES);
    handle.read(0, header);
    return read(header.flip());
  }
}
