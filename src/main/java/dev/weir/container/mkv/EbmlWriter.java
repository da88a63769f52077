// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Writes EBML elements (RFC 8794). Sizes have four bytes whatever they are, so that lengths follow
 * from what is written and not from its values. Confined to one thread.
 */
final class EbmlWriter {

  /** The size of an element whose end is not known (§ 6.2), in eight bytes. */
  static final long UNKNOWN_SIZE = 0x01ff_ffff_ffff_ffffL;

  private static final int FOUR_BYTES = 0x1000_0000;
  private static final long EIGHT_BYTES = 0x0100_0000_0000_0000L;

  private final ByteWriter out;

  EbmlWriter(ByteWriter out) {
    this.out = out;
  }

  ByteWriter out() {
    return out;
  }

  EbmlWriter id(int id) {
    if ((id & 0xff00_0000) != 0) {
      out.i32(id);
    } else if ((id & 0xff_0000) != 0) {
      out.u24(id);
    } else if ((id & 0xff00) != 0) {
      out.u16(id);
    } else {
      out.u8(id);
    }
    return this;
  }

  EbmlWriter size(int size) {
    out.i32(FOUR_BYTES | size);
    return this;
  }

  EbmlWriter size8(long size) {
    out.i64(EIGHT_BYTES | size);
    return this;
  }

  EbmlWriter master(int id, Runnable body) {
    id(id);
    int at = out.size();
    out.i32(0);
    body.run();
    out.setI32(at, FOUR_BYTES | (out.size() - at - 4));
    return this;
  }

  /** An unsigned integer in eight bytes. */
  EbmlWriter unsigned(int id, long value) {
    id(id).out.u8(0x88).i64(value);
    return this;
  }

  EbmlWriter text(int id, String value) {
    return binary(id, Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8)));
  }

  EbmlWriter binary(int id, Bytes value) {
    id(id).size(value.size()).out.bytes(value);
    return this;
  }

  /** Matroska keeps Duration and SamplingFrequency as floating point: here from a whole number. */
  EbmlWriter number(int id, long value) {
    id(id).out.u8(0x88).i64(Double.doubleToLongBits((double) value));
    return this;
  }
}
