// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import dev.weir.model.Bytes;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;

/**
 * Reads big-endian fields from a buffer; every read is checked against the end and fails with
 * {@link MalformedMedia} that says where. Confined to one thread.
 */
public final class ByteReader {

  private final ByteBuffer buffer;
  private final String where;

  /**
   * @param buffer read from its position to its limit, through a view of its own
   * @param where what these bytes are, for errors
   */
  public ByteReader(ByteBuffer buffer, String where) {
    this.buffer = buffer.slice();
    this.where = where;
  }

  public int remaining() {
    return buffer.remaining();
  }

  public int position() {
    return buffer.position();
  }

  public int u8() {
    need(1);
    return buffer.get() & 0xff;
  }

  public int u16() {
    need(2);
    return buffer.getShort() & 0xffff;
  }

  public int u24() {
    return u8() << 16 | u16();
  }

  public long u32() {
    need(4);
    return buffer.getInt() & 0xffff_ffffL;
  }

  public int i32() {
    need(4);
    return buffer.getInt();
  }

  public long i64() {
    need(8);
    return buffer.getLong();
  }

  public Bytes bytes(int count) {
    return Bytes.copyOf(slice(count));
  }

  /** A view of the next bytes, which are skipped here. */
  public ByteBuffer slice(int count) {
    need(count);
    ByteBuffer view = buffer.slice(buffer.position(), count);
    buffer.position(buffer.position() + count);
    return view;
  }

  /** A reader of the next bytes alone. */
  public ByteReader sub(int count, String what) {
    return new ByteReader(slice(count), where + "/" + what);
  }

  public void skip(int count) {
    slice(count);
  }

  public String where() {
    return where;
  }

  private void need(int count) {
    if (count < 0 || buffer.remaining() < count) {
      throw new MalformedMedia(
          "cut short",
          where + " byte " + position(),
          count + " bytes more",
          buffer.remaining() + " bytes");
    }
  }
}
