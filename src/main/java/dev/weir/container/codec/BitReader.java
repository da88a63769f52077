// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the bits of a raw byte sequence payload: emulation prevention bytes are taken out first
 * (ITU-T H.264 § 7.3.1). Confined to one thread.
 */
public final class BitReader {

  private final byte[] bytes;
  private final String where;
  private int bit;

  private BitReader(byte[] bytes, String where) {
    this.bytes = bytes;
    this.where = where;
  }

  /** The bits of a NAL unit, its header included. */
  public static BitReader ofNalUnit(ByteBuffer nal, String where) {
    var out = new byte[nal.remaining()];
    int size = 0;
    int zeros = 0;
    for (int i = nal.position(); i < nal.limit(); i++) {
      byte value = nal.get(i);
      if (zeros >= 2 && value == 3) {
        zeros = 0;
        continue;
      }
      zeros = value == 0 ? zeros + 1 : 0;
      out[size++] = value;
    }
    return new BitReader(Arrays.copyOf(out, size), where);
  }

  public static BitReader of(ByteBuffer buffer, String where) {
    var copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return new BitReader(copy, where);
  }

  public int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  public boolean flag() {
    return bit() == 1;
  }

  public void skip(int count) {
    if (count > bytes.length * 8 - bit) {
      throw cut();
    }
    bit += count;
  }

  /** Unsigned Exp-Golomb (H.264 § 9.1). */
  public int ue() {
    int zeros = 0;
    while (bit() == 0) {
      if (++zeros > 31) {
        throw new MalformedMedia(
            "Exp-Golomb code too long", where, "at most 31 leading zeros", "more");
      }
    }
    return (1 << zeros) - 1 + bits(zeros);
  }

  /** Signed Exp-Golomb (H.264 § 9.1.1). */
  public int se() {
    int code = ue();
    return (code & 1) == 1 ? (code >>> 1) + 1 : -(code >>> 1);
  }

  /** As {@link #ue} with an upper bound, beyond which the value is not believed. */
  public int ue(int max, String name) {
    int value = ue();
    if (value < 0 || value > max) {
      throw new MalformedMedia(
          name + " out of range", where, "0 to " + max, Integer.toUnsignedString(value));
    }
    return value;
  }

  /** Whether payload follows before the stop bit (more_rbsp_data, H.264 § 7.2). */
  public boolean more() {
    int last = bytes.length - 1;
    while (last >= 0 && bytes[last] == 0) {
      last--;
    }
    return last >= 0 && bit < last * 8 + 7 - Integer.numberOfTrailingZeros(bytes[last]);
  }

  private int bit() {
    if (bit >= bytes.length * 8) {
      throw cut();
    }
    int value = bytes[bit >> 3] >> (7 - (bit & 7)) & 1;
    bit++;
    return value;
  }

  private MalformedMedia cut() {
    return new MalformedMedia("cut short", where, "more bits", bytes.length + " bytes");
  }
}
