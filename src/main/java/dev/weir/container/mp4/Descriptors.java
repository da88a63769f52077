// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;

/**
 * The two codec configurations that MP4 wraps in a way of its own: AAC in an elementary stream
 * descriptor (ISO/IEC 14496-1 § 7.2.6), Opus in dOps (its encapsulation in ISO base media, §
 * 4.3.2), here read and written. Stateless.
 */
final class Descriptors {

  private static final int ES = 3;
  private static final int DECODER_CONFIG = 4;
  private static final int DECODER_SPECIFIC = 5;
  private static final int SL_CONFIG = 6;
  private static final int OBJECT_TYPE_AAC = 0x40;
  private static final int STREAM_TYPE_AUDIO = 0x15;

  private Descriptors() {}

  /** The AudioSpecificConfig out of the body of an esds box. */
  static Bytes audioSpecificConfig(ByteReader esds) {
    esds.skip(4);
    ByteReader es = descriptor(esds, ES);
    es.skip(2);
    int flags = es.u8();
    if ((flags & 0x80) != 0) {
      es.skip(2);
    }
    if ((flags & 0x40) != 0) {
      es.skip(es.u8());
    }
    if ((flags & 0x20) != 0) {
      es.skip(2);
    }
    ByteReader config = descriptor(es, DECODER_CONFIG);
    int objectType = config.u8();
    if (objectType != OBJECT_TYPE_AAC) {
      throw new UnsupportedMedia(
          "codec of an mp4a track",
          esds.where(),
          "AAC (object type 0x40)",
          "object type 0x" + Integer.toHexString(objectType));
    }
    config.skip(12);
    ByteReader specific = descriptor(config, DECODER_SPECIFIC);
    return specific.bytes(specific.remaining());
  }

  private static ByteReader descriptor(ByteReader in, int tag) {
    int found = in.u8();
    if (found != tag) {
      throw new MalformedMedia("descriptor", in.where(), "tag " + tag, "tag " + found);
    }
    int size = 0;
    for (int i = 0; i < 4; i++) {
      int b = in.u8();
      size = (size << 7) | (b & 0x7f);
      if ((b & 0x80) == 0) {
        break;
      }
    }
    return in.sub(Math.min(size, in.remaining()), "descriptor " + tag);
  }

  /** The body of an esds box. */
  static void writeEsds(ByteWriter out, Bytes config) {
    int specific = config.size();
    int decoder = 13 + 5 + specific;
    int es = 3 + 5 + decoder + 5 + 1;
    header(out, ES, es).u16(0).u8(0);
    header(out, DECODER_CONFIG, decoder)
        .u8(OBJECT_TYPE_AAC)
        .u8(STREAM_TYPE_AUDIO)
        .u24(0)
        .i32(0)
        .i32(0);
    header(out, DECODER_SPECIFIC, specific).bytes(config);
    header(out, SL_CONFIG, 1).u8(2);
  }

  private static ByteWriter header(ByteWriter out, int tag, int size) {
    return out.u8(tag)
        .u8(0x80 | (size >> 21))
        .u8(0x80 | ((size >> 14) & 0x7f))
        .u8(0x80 | ((size >> 7) & 0x7f))
        .u8(size & 0x7f);
  }

  /** The OpusHead that says what the body of a dOps box says: other byte order, other version. */
  static Bytes opusHead(ByteReader dops) {
    dops.skip(1);
    var head = new ByteWriter(32);
    for (char c : "OpusHead".toCharArray()) {
      head.u8(c);
    }
    head.u8(1).u8(dops.u8());
    head.u16(Short.reverseBytes((short) dops.u16()));
    head.i32(Integer.reverseBytes(dops.i32()));
    head.u16(Short.reverseBytes((short) dops.u16()));
    head.bytes(dops.slice(dops.remaining()));
    return Bytes.copyOf(head.asBuffer());
  }

  /** The body of a dOps box. */
  static void writeDops(ByteWriter out, Bytes opusHead) {
    var in = new ByteReader(opusHead.asBuffer(), "OpusHead");
    in.skip(9);
    out.u8(0).u8(in.u8());
    out.u16(Short.reverseBytes((short) in.u16()));
    out.i32(Integer.reverseBytes(in.i32()));
    out.u16(Short.reverseBytes((short) in.u16()));
    out.bytes(in.slice(in.remaining()));
  }
}
