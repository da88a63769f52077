// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.bytes.ByteWriter;
import dev.weir.container.codec.BitReader;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;

/**
 * AAC access units with the header that says how to decode them (ISO/IEC 14496-3 § 1.A.2.2).
 * Immutable.
 *
 * @param objectType of the core, 1 to 4: spectral band replication is found by its decoder
 */
record Adts(int objectType, int rateIndex, int channels) {

  private static final int HEADER_BYTES = 7;
  private static final int MOST_BYTES = (1 << 13) - 1;
  private static final int BUFFER_UNKNOWN = 0x7ff;
  private static final int SBR = 5;
  private static final int PARAMETRIC_STEREO = 29;
  private static final int EXPLICIT_RATE = 15;

  /**
   * @throws UnsupportedMedia when the header has no way to say it
   */
  static Adts of(Codec.Aac codec) {
    Bytes configuration = codec.configuration();
    BitReader in = BitReader.of(configuration.asBuffer(), "AudioSpecificConfig");
    int type = in.bits(5);
    int rate = rate(in);
    int channels = in.bits(4);
    if (type == SBR || type == PARAMETRIC_STEREO) {
      rate(in);
      type = in.bits(5);
    }
    boolean shortFrames = in.flag();
    if (rate == EXPLICIT_RATE || channels == 0 || channels > 7 || shortFrames) {
      throw new UnsupportedMedia(
          "AAC in a transport stream",
          "AudioSpecificConfig",
          "a sampling rate of the table, 1 to 7 as channel configuration, frames of 1024 samples",
          configuration.toString());
    }
    return new Adts(type, rate, channels);
  }

  private static int rate(BitReader in) {
    int index = in.bits(4);
    if (index == EXPLICIT_RATE) {
      in.skip(24);
    }
    return index;
  }

  /**
   * An access unit behind its header.
   *
   * @throws MalformedMedia when it is longer than the header can say
   */
  byte[] accessUnit(ByteBuffer sample) {
    int length = HEADER_BYTES + sample.remaining();
    if (length > MOST_BYTES) {
      throw new MalformedMedia(
          "AAC access unit", "sample", "at most " + (MOST_BYTES - HEADER_BYTES) + " bytes", "more");
    }
    var out = new ByteWriter(length);
    out.u16(0xfff1).u8((objectType - 1) << 6 | rateIndex << 2 | channels >> 2);
    out.u16((channels & 3) << 14 | length >> 3);
    out.u8((length & 7) << 5 | BUFFER_UNKNOWN >> 6).u8(BUFFER_UNKNOWN << 2);
    return out.bytes(sample).toArray();
  }
}
