// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A record header that has proved itself. Immutable. */
record RecordHeader(int type, int version, long sequence, int bodyBytes, int bodyCrc) {

  /**
   * Reads a header at the buffer's position, which does not move; empty when the bytes are no
   * header of this file.
   */
  static Optional<RecordHeader> read(ChunkFileId file, ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < StoreFormat.RECORD_HEADER_BYTES
        || in.getInt(at) != StoreFormat.RECORD_MAGIC) {
      return Optional.empty();
    }
    int bodyBytes = in.getInt(at + 16);
    if (in.getInt(at + 24) != checksum(file, in.slice(at, StoreFormat.RECORD_HEADER_BYTES - 4))
        || bodyBytes < 0
        || bodyBytes > StoreFormat.LARGEST_BODY_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        new RecordHeader(
            in.get(at + 4) & 0xff,
            in.get(at + 5) & 0xff,
            in.getLong(at + 8),
            bodyBytes,
            in.getInt(at + 20)));
  }

  /**
   * Checksum of a header's first 24 bytes and then of the file's id: blocks of another file that
   * turn up in this one, or inside a payload, prove nothing here.
   */
  static int checksum(ChunkFileId file, ByteBuffer fields) {
    var crc = new CRC32C();
    crc.update(fields);
    crc.update(FileHeader.id(file));
    return (int) crc.getValue();
  }

  boolean proves(ByteBuffer body) {
    var crc = new CRC32C();
    crc.update(body.duplicate());
    return (int) crc.getValue() == bodyCrc;
  }
}
