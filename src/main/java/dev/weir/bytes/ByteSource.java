// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import java.nio.ByteBuffer;

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
