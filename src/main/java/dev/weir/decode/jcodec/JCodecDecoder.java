// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.decode.NalUnits;
import dev.weir.decode.PictureDecoder;
import dev.weir.decode.PlanarPicture;
import dev.weir.model.LimitExceeded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jcodec.codecs.h264.H264Decoder;
import org.jcodec.codecs.h264.H264Utils;
import org.jcodec.codecs.h264.io.model.Frame;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.common.model.Rect;
import org.jspecify.annotations.Nullable;

/**
 * Decodes with JCodec what its gate lets through. It gives one picture a sample, in decode order,
 * so a wanted one is that of its sample. Stateless; each request has a decoder of its own.
 */
final class JCodecDecoder {

  private static final int BT709_MATRIX = 1;
  private static final int UNSPECIFIED_MATRIX = 2;

  /** Beyond 4K its heap would not do. */
  private static final int MAX_MACROBLOCKS = 36_864;

  private JCodecDecoder() {}

  static void decode(DecodeRequest request, PictureDecoder.Sink sink) {
    var missing = new HashSet<>(request.wanted());
    var decoder = new H264Decoder();
    List<ByteBuffer> sets = NalUnits.configured(request.codec());
    SeqParameterSet sps = null;
    byte[][] planes = {};
    for (CodedSample sample : request.samples()) {
      var units = new ArrayList<ByteBuffer>();
      sets.forEach(each -> units.add(copy(each)));
      sets = List.of();
      NalUnits.ofSample(sample.data(), request.video().nalLengthSize())
          .forEach(each -> units.add(copy(each)));
      SeqParameterSet stated = sequence(units);
      if (stated != null) {
        sps = stated;
        planes = allocate(sps);
      }
      units.removeIf(unit -> !known(AvcUnit.type(unit)));
      Frame frame = decoder.decodeFrameFromNals(units, planes);
      if (missing.remove(sample.presentationTime())
          && frame != null
          && sps != null
          && !sink.take(picture(frame, sps).encode(request, sample.presentationTime()))) {
        return;
      }
      if (missing.isEmpty()) {
        return;
      }
    }
  }

  private static boolean known(int type) {
    return switch (type) {
      case AvcUnit.SLICE, AvcUnit.IDR_SLICE, AvcUnit.SPS, AvcUnit.PPS -> true;
      default -> false;
    };
  }

  /** JCodec takes the emulation prevention bytes out in place. */
  private static ByteBuffer copy(ByteBuffer unit) {
    var copy = new byte[unit.remaining()];
    unit.duplicate().get(copy);
    return ByteBuffer.wrap(copy);
  }

  private static @Nullable SeqParameterSet sequence(List<ByteBuffer> units) {
    SeqParameterSet last = null;
    for (ByteBuffer unit : units) {
      if (AvcUnit.type(unit) == AvcUnit.SPS) {
        ByteBuffer body = copy(unit).position(1);
        H264Utils.unescapeNAL(body);
        last = SeqParameterSet.read(body);
      }
    }
    return last;
  }

  private static byte[][] allocate(SeqParameterSet sps) {
    long macroblocks = (long) (sps.picWidthInMbsMinus1 + 1) * (sps.picHeightInMapUnitsMinus1 + 1);
    if (macroblocks > MAX_MACROBLOCKS) {
      throw new LimitExceeded(
          "picture too large for JCodec",
          "SPS",
          "at most " + MAX_MACROBLOCKS + " macroblocks",
          Long.toString(macroblocks));
    }
    int pixels = Math.toIntExact(macroblocks * 256);
    return new byte[][] {new byte[pixels], new byte[pixels / 4], new byte[pixels / 4]};
  }

  private static PlanarPicture picture(Frame frame, SeqParameterSet sps) {
    int stride = frame.getWidth();
    Rect crop = frame.getCrop();
    int left = crop == null ? 0 : crop.getX();
    int top = crop == null ? 0 : crop.getY();
    boolean stated = sps.vuiParams != null && sps.vuiParams.colourDescriptionPresentFlag;
    int matrix = stated ? sps.vuiParams.matrixCoefficients : UNSPECIFIED_MATRIX;
    int height = frame.getCroppedHeight();
    return new PlanarPicture(
        frame.getCroppedWidth(),
        height,
        plane(frame.getPlaneData(0), stride, left, top),
        plane(frame.getPlaneData(1), stride / 2, left / 2, top / 2),
        plane(frame.getPlaneData(2), stride / 2, left / 2, top / 2),
        matrix == BT709_MATRIX
            || (matrix == UNSPECIFIED_MATRIX && PlanarPicture.isHighDefinition(height)),
        sps.vuiParams != null && sps.vuiParams.videoFullRangeFlag);
  }

  /** JCodec's samples are signed: 128 less than they are. */
  private static PlanarPicture.Plane plane(byte[] samples, int stride, int left, int top) {
    return new PlanarPicture.Plane(samples, stride, top * stride + left, 128);
  }
}
