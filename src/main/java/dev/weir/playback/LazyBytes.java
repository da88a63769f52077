// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.bytes.ByteSource;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Computed bytes whose number is known before they are computed. Confined to one thread.
 *
 * @param length what the bytes will come to
 * @param bytes computes them, each time they are read
 */
public record LazyBytes(long length, Supplier<byte[]> bytes) implements ByteSource {

  @Override
  public void read(long position, ByteBuffer destination) {
    byte[] computed = bytes.get();
    if (computed.length != length) {
      throw new IllegalStateException(
          "computed " + computed.length + " bytes, announced " + length);
    }
    destination.put(computed, Math.toIntExact(position), destination.remaining());
  }
}
