// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.CorruptRecord;
import dev.weir.model.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A part's sample table: per sample three variable-length integers, low seven bits first (duration;
 * composition offset as the zig-zag difference to the sample before; size times four plus flags)
 * and a fourth where its flag is set (discard padding). Stateless.
 */
final class SampleTable {

  private static final int SYNC = 1;
  private static final int DISCARD_PADDING = 2;
  private static final int FLAG_BITS = 2;

  private SampleTable() {}

  static byte[] encode(List<Sample> samples) {
    var out = new ByteWriter(samples.size() * 6);
    int offset = 0;
    for (Sample sample : samples) {
      varint(out, sample.duration());
      long difference = (long) sample.compositionOffset() - offset;
      varint(out, (difference << 1) ^ (difference >> 63));
      int padding = sample.discardPaddingNs();
      int flags = (sample.sync() ? SYNC : 0) | (padding > 0 ? DISCARD_PADDING : 0);
      varint(out, ((long) sample.size() << FLAG_BITS) | flags);
      if (padding > 0) {
        varint(out, padding);
      }
      offset = sample.compositionOffset();
    }
    return out.toArray();
  }

  /**
   * @throws CorruptRecord when the bytes are not a table of {@code count} samples
   */
  static List<Sample> decode(ByteBuffer table, long baseDecodeTime, int count, String where) {
    var samples = new ArrayList<Sample>(Math.min(count, table.remaining()));
    long decodeTime = baseDecodeTime;
    long offset = 0;
    for (int i = 0; i < count; i++) {
      long duration = varint(table, where);
      long difference = varint(table, where);
      offset += (difference >>> 1) ^ -(difference & 1);
      long sizeAndFlags = varint(table, where);
      long size = sizeAndFlags >>> FLAG_BITS;
      long padding = (sizeAndFlags & DISCARD_PADDING) != 0 ? varint(table, where) : 0;
      if (duration < 0
          || duration > Integer.MAX_VALUE
          || offset != (int) offset
          || size > Integer.MAX_VALUE
          || padding < 0
          || padding > Integer.MAX_VALUE) {
        throw new CorruptRecord("sample table", where, "31-bit fields", "sample " + i);
      }
      samples.add(
          new Sample(
              decodeTime,
              (int) offset,
              (int) duration,
              (int) size,
              (sizeAndFlags & SYNC) != 0,
              (int) padding));
      decodeTime += duration;
    }
    if (table.hasRemaining()) {
      throw new CorruptRecord(
          "sample table", where, count + " samples", table.remaining() + " bytes more");
    }
    return samples;
  }

  private static void varint(ByteWriter out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.u8((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.u8((int) rest);
  }

  private static long varint(ByteBuffer in, String where) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!in.hasRemaining()) {
        throw new CorruptRecord("sample table", where, "more bytes", "its end");
      }
      int b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new CorruptRecord("sample table", where, "at most ten bytes a number", "more");
  }
}
