// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.bytes.ByteReader;
import dev.weir.model.Bytes;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes NAL units out of what ISO containers carry (ISO/IEC 14496-15 § 5.3.3): the units are views.
 * Stateless.
 */
final class AvcUnits {

  static final int SLICE = 1;
  static final int IDR_SLICE = 5;
  static final int SPS = 7;
  static final int PPS = 8;

  private AvcUnits() {}

  static int type(ByteBuffer unit) {
    return unit.get(unit.position()) & 0x1f;
  }

  /** The parameter sets of an AVCDecoderConfigurationRecord. */
  static List<ByteBuffer> configured(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "avcC");
    var units = new ArrayList<ByteBuffer>();
    in.skip(5);
    for (int count = in.u8() & 0x1f; count > 0; count--) {
      add(units, in.slice(in.u16()));
    }
    for (int count = in.u8(); count > 0; count--) {
      add(units, in.slice(in.u16()));
    }
    return units;
  }

  /** The units of a sample, each preceded by its length. */
  static List<ByteBuffer> ofSample(ByteBuffer data, int lengthSize) {
    var in = new ByteReader(data, "sample");
    var units = new ArrayList<ByteBuffer>();
    while (in.remaining() > 0) {
      int length =
          switch (lengthSize) {
            case 1 -> in.u8();
            case 2 -> in.u16();
            case 4 -> in.i32();
            default ->
                throw new MalformedMedia(
                    "NAL unit length size", "avcC", "1, 2 or 4", Integer.toString(lengthSize));
          };
      add(units, in.slice(length));
    }
    return units;
  }

  private static void add(List<ByteBuffer> units, ByteBuffer unit) {
    if (unit.hasRemaining()) {
      units.add(unit);
    }
  }
}
