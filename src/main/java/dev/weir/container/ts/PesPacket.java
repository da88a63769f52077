// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.bytes.ByteWriter;

/** Writes an access unit as one PES packet (ISO/IEC 13818-1 § 2.4.3.6). Stateless. */
final class PesPacket {

  static final int VIDEO = 0xe0;
  static final int AUDIO = 0xc0;

  private static final int AFTER_LENGTH_BYTES = 3;
  private static final int TIME_BYTES = 5;
  private static final int MOST_LENGTH = 0xffff;

  private PesPacket() {}

  /**
   * @param streamId {@link #VIDEO} or {@link #AUDIO}
   * @param pts of which 33 bits are written, as of {@code dts}
   */
  static byte[] of(int streamId, long pts, long dts, byte[] accessUnit) {
    boolean both = pts != dts;
    int times = both ? 2 * TIME_BYTES : TIME_BYTES;
    int length = AFTER_LENGTH_BYTES + times + accessUnit.length;
    var out = new ByteWriter(6 + length);
    out.u24(1).u8(streamId);
    // Of video it may be left open, and must where it does not fit; sound is never that long.
    out.u16(length > MOST_LENGTH ? 0 : length);
    out.u8(0x84).u8(both ? 0xc0 : 0x80).u8(times);
    time(out, both ? 3 : 2, pts);
    if (both) {
      time(out, 1, dts);
    }
    return out.bytes(accessUnit).toArray();
  }

  private static void time(ByteWriter out, int prefix, long ticks) {
    out.u8(prefix << 4 | (int) (ticks >> 29 & 0xe) | 1);
    out.u16((int) (ticks >> 14 & 0xfffe) | 1).u16((int) (ticks << 1 & 0xfffe) | 1);
  }
}
