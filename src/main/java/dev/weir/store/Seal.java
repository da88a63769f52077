// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The end of a sealed chunk file: the index record and a trailer of fixed size that points at it.
 * Stateless.
 */
final class Seal {

  /** Where the index record lies. */
  record Trailer(long indexOffset, int indexRecordBytes) {}

  private Seal() {}

  /** Appends footer and trailer and forces the file. */
  static void write(Disk.Handle file, long size, long sequence, IndexBuilder index)
      throws IOException {
    EncodedRecord footer =
        EncodedRecord.of(index.file(), StoreFormat.INDEX, sequence, index.footer());
    file.append(footer.bytes());
    file.append(List.of(trailer(size, footer.length())));
    file.force();
  }

  private static ByteBuffer trailer(long indexOffset, int indexRecordBytes) {
    var out = ByteBuffer.allocate(StoreFormat.TRAILER_BYTES);
    out.putLong(StoreFormat.SEAL_MAGIC).putLong(indexOffset).putInt(indexRecordBytes);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.position());
    return out.putInt((int) crc.getValue()).flip();
  }

  /** Reads a trailer; a wrong one points nowhere. */
  static Optional<Trailer> read(ByteBuffer in) {
    var crc = new CRC32C();
    crc.update(in.slice(0, StoreFormat.TRAILER_BYTES - 4));
    if (in.getLong(0) != StoreFormat.SEAL_MAGIC
        || in.getInt(StoreFormat.TRAILER_BYTES - 4) != (int) crc.getValue()) {
      return Optional.empty();
    }
    return Optional.of(new Trailer(in.getLong(8), in.getInt(16)));
  }
}
