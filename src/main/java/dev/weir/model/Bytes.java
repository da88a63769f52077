// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of bytes with value equality; for small things such as codec configurations and
 * hashes.
 */
public final class Bytes {

  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  public static Bytes copyOf(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array.clone());
  }

  /** Copies what remains; the buffer's position does not move. */
  public static Bytes copyOf(ByteBuffer buffer) {
    var copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy.length == 0 ? EMPTY : new Bytes(copy);
  }

  public static Bytes fromHex(String hex) {
    return copyOf(HexFormat.of().parseHex(hex));
  }

  public int size() {
    return array.length;
  }

  public byte at(int index) {
    return array[index];
  }

  public byte[] toArray() {
    return array.clone();
  }

  /** A read-only view. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(array).asReadOnlyBuffer();
  }

  public String toHex() {
    return HexFormat.of().formatHex(array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return array.length <= 64 ? toHex() : array.length + " bytes";
  }
}
