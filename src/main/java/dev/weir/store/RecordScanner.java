// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks the records of a chunk file from its first byte and tells a {@link Visitor} of each that
 * proves itself. Where bytes do not, it looks for the next record that does and reports the damage;
 * where there is none, it reports a torn tail. Holds one record in memory. Confined to one thread.
 */
final class RecordScanner {

  /** Hears of records in order. */
  interface Visitor {
    /** The body stays valid. */
    void visit(RecordHeader header, ByteBuffer body, long offset);

    /** Bytes that prove nothing, with valid records after them. */
    void damaged(long fromOffset, long toOffset);
  }

  private static final int SEARCH_BYTES = 1 << 20;

  private final ChunkFileId id;
  private final Disk.Handle file;
  private final long size;

  RecordScanner(ChunkFileId id, Disk.Handle file) throws IOException {
    this.id = id;
    this.file = file;
    this.size = file.size();
  }

  /** Walks the whole file; gives the offset after the last record that proves itself. */
  long scan(Visitor visitor) throws IOException {
    long offset = StoreFormat.FILE_HEADER_BYTES;
    long nextSequence = 0;
    while (offset < size) {
      Optional<RecordHeader> header = header(offset, nextSequence);
      Optional<ByteBuffer> body =
          header.isPresent() ? body(offset, header.get()) : Optional.empty();
      if (body.isPresent()) {
        visitor.visit(header.orElseThrow(), body.get(), offset);
        offset += StoreFormat.RECORD_HEADER_BYTES + (long) header.orElseThrow().bodyBytes();
        nextSequence = header.orElseThrow().sequence() + 1;
        continue;
      }
      // A damaged body still tells where the next record should be; else every byte is tried.
      long next = search(offset + 1, nextSequence);
      if (next < 0) {
        return offset;
      }
      visitor.damaged(offset, next);
      offset = next;
      nextSequence = -1;
    }
    return offset;
  }

  /**
   * The header at an offset; {@code sequence} is what it must carry, or at least, when negative,
   * anything.
   */
  private Optional<RecordHeader> header(long offset, long sequence) throws IOException {
    if (size - offset < StoreFormat.RECORD_HEADER_BYTES) {
      return Optional.empty();
    }
    var bytes = ByteBuffer.allocate(StoreFormat.RECORD_HEADER_BYTES);
    file.read(offset, bytes);
    Optional<RecordHeader> header =
        RecordHeader.read(id, bytes.flip())
            .filter(each -> sequence < 0 || each.sequence() == sequence);
    header.ifPresent(each -> {
      if (each.version() > StoreFormat.VERSION) {
        throw StorageFailure.newerFormat(
            "byte " + offset, "version " + StoreFormat.VERSION, "version " + each.version());
      }
    });
    return header;
  }

  private Optional<ByteBuffer> body(long offset, RecordHeader header) throws IOException {
    if (size - offset - StoreFormat.RECORD_HEADER_BYTES < header.bodyBytes()) {
      return Optional.empty();
    }
    var body = ByteBuffer.allocate(header.bodyBytes());
    file.read(offset + StoreFormat.RECORD_HEADER_BYTES, body);
    return header.proves(body.flip()) ? Optional.of(body) : Optional.empty();
  }

  /** The first offset from {@code from} on at which a whole record proves itself, or -1. */
  private long search(long from, long minSequence) throws IOException {
    long at = from;
    while (size - at >= StoreFormat.RECORD_HEADER_BYTES) {
      var window = ByteBuffer.allocate((int) Math.min(SEARCH_BYTES, size - at));
      file.read(at, window);
      window.flip();
      for (int i = 0; i + StoreFormat.RECORD_HEADER_BYTES <= window.limit(); i++) {
        if (window.getInt(i) != StoreFormat.RECORD_MAGIC) {
          continue;
        }
        Optional<RecordHeader> header = RecordHeader.read(id, window.position(i));
        if (header.isPresent()
            && header.get().sequence() >= minSequence
            && body(at + i, header.get()).isPresent()) {
          return at + i;
        }
      }
      at += window.limit() - StoreFormat.RECORD_HEADER_BYTES + 1L;
    }
    return -1;
  }
}
