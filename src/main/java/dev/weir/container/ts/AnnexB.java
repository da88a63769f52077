// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Samples of length-prefixed NAL units as byte streams (ITU-T H.264 and H.265, annex B): an access
 * unit delimiter first, the parameter sets before each sync sample, a start code before each unit.
 * Immutable.
 */
final class AnnexB {

  private static final int AVC_SPS = 7;
  private static final int AVC_AUD = 9;
  private static final int HEVC_SPS = 33;
  private static final int HEVC_AUD = 35;

  private final int lengthSize;
  private final List<ByteBuffer> parameterSets;
  private final IntUnaryOperator type;
  private final int sps;
  private final int aud;
  private final Bytes delimiter;

  private AnnexB(
      VideoFormat video,
      List<ByteBuffer> parameterSets,
      IntUnaryOperator type,
      int sps,
      int aud,
      String delimiter) {
    this.lengthSize = video.nalLengthSize();
    this.parameterSets = parameterSets;
    this.type = type;
    this.sps = sps;
    this.aud = aud;
    this.delimiter = Bytes.fromHex(delimiter);
  }

  static AnnexB of(Codec.Avc codec) {
    return new AnnexB(
        codec.video(),
        avcParameterSets(codec.configuration()),
        header -> header & 0x1f,
        AVC_SPS,
        AVC_AUD,
        "09f0");
  }

  static AnnexB of(Codec.Hevc codec) {
    return new AnnexB(
        codec.video(),
        hevcParameterSets(codec.configuration()),
        header -> header >> 1 & 0x3f,
        HEVC_SPS,
        HEVC_AUD,
        "460150");
  }

  private static List<ByteBuffer> avcParameterSets(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "avcC");
    in.skip(5);
    var sets = new ArrayList<ByteBuffer>();
    for (int mask : List.of(0x1f, 0xff)) {
      int count = in.u8() & mask;
      for (int i = 0; i < count; i++) {
        sets.add(in.slice(in.u16()));
      }
    }
    return sets;
  }

  private static List<ByteBuffer> hevcParameterSets(Bytes configuration) {
    var in = new ByteReader(configuration.asBuffer(), "hvcC");
    in.skip(22);
    int arrays = in.u8();
    var sets = new ArrayList<ByteBuffer>();
    for (int array = 0; array < arrays; array++) {
      in.skip(1);
      int count = in.u16();
      for (int i = 0; i < count; i++) {
        sets.add(in.slice(in.u16()));
      }
    }
    return sets;
  }

  /**
   * A sample as an access unit.
   *
   * @throws MalformedMedia when its NAL units don't fill it
   */
  byte[] accessUnit(ByteBuffer sample, boolean sync) {
    List<ByteBuffer> units = units(sample);
    var out = new ByteWriter(sample.remaining() + 256);
    out.i32(1).bytes(delimiter);
    if (sync && units.stream().noneMatch(unit -> type(unit) == sps)) {
      parameterSets.forEach(unit -> out.i32(1).bytes(unit));
    }
    for (ByteBuffer unit : units) {
      if (type(unit) != aud) {
        out.i32(1).bytes(unit);
      }
    }
    return out.toArray();
  }

  private int type(ByteBuffer unit) {
    return type.applyAsInt(unit.get(unit.position()));
  }

  private List<ByteBuffer> units(ByteBuffer sample) {
    var units = new ArrayList<ByteBuffer>();
    int at = sample.position();
    while (at < sample.limit()) {
      long length = 0;
      for (int i = 0; i < lengthSize && at < sample.limit(); i++) {
        length = length << 8 | (sample.get(at++) & 0xff);
      }
      if (length > sample.limit() - at) {
        throw new MalformedMedia(
            "NAL unit length", "sample", "at most " + (sample.limit() - at), Long.toString(length));
      }
      if (length > 0) {
        units.add(sample.slice(at, (int) length));
      }
      at += (int) length;
    }
    return units;
  }
}
