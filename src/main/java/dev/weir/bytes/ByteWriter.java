// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import dev.weir.model.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes big-endian fields into an array that grows. Confined to one thread. */
public final class ByteWriter {

  private byte[] array;
  private int size;

  public ByteWriter() {
    this(256);
  }

  public ByteWriter(int capacity) {
    array = new byte[capacity];
  }

  public int size() {
    return size;
  }

  public ByteWriter u8(int value) {
    room(1);
    array[size++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    return u8(value >> 8).u8(value);
  }

  public ByteWriter u24(int value) {
    return u8(value >> 16).u16(value);
  }

  public ByteWriter i32(int value) {
    return u16(value >> 16).u16(value);
  }

  public ByteWriter u32(long value) {
    return i32((int) value);
  }

  public ByteWriter i64(long value) {
    return i32((int) (value >> 32)).i32((int) value);
  }

  public ByteWriter bytes(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
    return this;
  }

  public ByteWriter bytes(Bytes bytes) {
    return bytes(bytes.toArray());
  }

  /** Appends what remains of the buffer; its position does not move. */
  public ByteWriter bytes(ByteBuffer bytes) {
    int count = bytes.remaining();
    room(count);
    bytes.get(bytes.position(), array, size, count);
    size += count;
    return this;
  }

  public ByteWriter zeros(int count) {
    room(count);
    Arrays.fill(array, size, size + count, (byte) 0);
    size += count;
    return this;
  }

  /** Overwrites four bytes written before, for a size that is known only at the end. */
  public ByteWriter setI32(int position, int value) {
    ByteBuffer.wrap(array).putInt(position, value);
    return this;
  }

  public byte[] toArray() {
    return Arrays.copyOf(array, size);
  }

  /** A buffer over what has been written; valid until the next write. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(array, 0, size);
  }

  private void room(int count) {
    if (array.length - size < count) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, Math.addExact(size, count)));
    }
  }
}
