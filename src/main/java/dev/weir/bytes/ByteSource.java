// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Bytes whose number is known before the first is read, readable from any position. Reading may
 * touch the disk: call it on the read pool, never on an event loop. Confined to one thread at a
 * time. Whoever receives a source closes it; closing releases the lease on the files below it.
 */
public interface ByteSource extends AutoCloseable {

  /** Total number of bytes, 0 or more; never changes. */
  long length();

  /**
   * Fills the buffer's remaining bytes from {@code position} on.
   *
   * @param position from 0; {@code position + destination.remaining()} is at most {@link #length()}
   * @throws dev.weir.model.CorruptRecord when stored bytes fail their checksum
   * @throws dev.weir.model.StorageFailure when they can't be read
   */
  void read(long position, ByteBuffer destination);

  /**
   * The bytes from a position on, when they lie in a file as they are and have proved themselves
   * lately; then they need not be read to be sent. Perhaps not all that follow.
   *
   * @param position from 0, less than {@link #length()}
   */
  default Optional<FileSlice> slice(long position) {
    return Optional.empty();
  }

  /** The first position, from this one on, at which there may be a {@link #slice}. */
  default long nextSlice(long position) {
    return length();
  }

  @Override
  default void close() {}

  /** A source over bytes in memory. The array is not copied: the caller gives it up. */
  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void read(long position, ByteBuffer destination) {
        destination.put(bytes, Math.toIntExact(position), destination.remaining());
      }
    };
  }
}
