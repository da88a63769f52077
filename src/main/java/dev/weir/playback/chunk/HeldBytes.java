// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.bytes.ByteSource;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are put together when the first of them is wanted, and held until the source is
 * closed. Confined to one thread.
 */
final class HeldBytes implements ByteSource {

  private final long length;
  private final Supplier<byte[]> assembly;
  private byte @Nullable [] held;

  /**
   * @param length what the bytes will come to
   */
  HeldBytes(long length, Supplier<byte[]> assembly) {
    this.length = length;
    this.assembly = assembly;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    byte[] whole = held;
    if (whole == null) {
      whole = assembly.get();
      if (whole.length != length) {
        throw new IllegalStateException(whole.length + " bytes, announced " + length);
      }
      held = whole;
    }
    destination.put(whole, Math.toIntExact(position), destination.remaining());
  }

  @Override
  public void close() {
    held = null;
  }
}
