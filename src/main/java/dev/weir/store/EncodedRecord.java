// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.ChunkFileId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A record as it goes to disk: header, then body. The header carries the body's length and checksum
 * and a checksum of itself and its file's id, so a record proves itself, and only in the file it
 * was written for (reference/chunk-file.md). Immutable.
 *
 * @param bytes header and body, in order
 * @param length of both together, bytes
 */
record EncodedRecord(List<ByteBuffer> bytes, int length) {

  static EncodedRecord of(ChunkFileId file, int type, long sequence, ByteWriter body) {
    return of(file, type, sequence, List.of(body.asBuffer()));
  }

  static EncodedRecord of(ChunkFileId file, int type, long sequence, List<ByteBuffer> body) {
    var crc = new CRC32C();
    int bodyBytes = 0;
    for (ByteBuffer piece : body) {
      crc.update(piece.duplicate());
      bodyBytes = Math.addExact(bodyBytes, piece.remaining());
    }
    var header = ByteBuffer.allocate(StoreFormat.RECORD_HEADER_BYTES);
    header
        .putInt(StoreFormat.RECORD_MAGIC)
        .put((byte) type)
        .put((byte) StoreFormat.VERSION)
        .putShort((short) 0);
    header.putLong(sequence).putInt(bodyBytes).putInt((int) crc.getValue());
    header.putInt(RecordHeader.checksum(file, header.duplicate().flip())).flip();
    var bytes = new ArrayList<ByteBuffer>(body.size() + 1);
    bytes.add(header);
    bytes.addAll(body);
    return new EncodedRecord(bytes, StoreFormat.RECORD_HEADER_BYTES + bodyBytes);
  }
}
