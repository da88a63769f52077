// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.bytes.ByteReader;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes NAL units out of what ISO containers carry (ISO/IEC 14496-15 § 5.3.3 and § 8.3.3), for
 * decoders that don't read it themselves. The units are views. Stateless.
 */
public final class NalUnits {

  private NalUnits() {}

  /** The parameter sets of a configuration record. */
  public static List<ByteBuffer> configured(Codec codec) {
    var in = new ByteReader(codec.configuration().asBuffer(), codec.shortName() + " configuration");
    var units = new ArrayList<ByteBuffer>();
    switch (codec) {
      case Codec.Avc _ -> {
        in.skip(5);
        take(units, in, in.u8() & 0x1f);
        take(units, in, in.u8());
      }
      case Codec.Hevc _ -> {
        in.skip(22);
        for (int arrays = in.u8(); arrays > 0; arrays--) {
          in.skip(1);
          take(units, in, in.u16());
        }
      }
      case Codec.Aac _, Codec.Opus _ -> {}
    }
    return units;
  }

  private static void take(List<ByteBuffer> units, ByteReader in, int count) {
    for (int i = 0; i < count; i++) {
      add(units, in.slice(in.u16()));
    }
  }

  /** The units of a sample, each preceded by its length. */
  public static List<ByteBuffer> ofSample(ByteBuffer data, int lengthSize) {
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
                    "NAL unit length size",
                    "codec configuration",
                    "1, 2 or 4",
                    Integer.toString(lengthSize));
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
