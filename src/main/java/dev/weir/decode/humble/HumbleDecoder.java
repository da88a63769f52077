// SPDX-License-Identifier: AGPL-3.0-or-later
package dev.weir.decode.humble;

import dev.weir.bytes.ByteWriter;
import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.decode.NalUnits;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureDecoder;
import dev.weir.decode.PlanarPicture;
import dev.weir.model.LimitExceeded;
import dev.weir.model.UnsupportedMedia;
import io.humble.ferry.Buffer;
import io.humble.video.Codec;
import io.humble.video.Decoder;
import io.humble.video.MediaPacket;
import io.humble.video.MediaPicture;
import io.humble.video.PixelFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decodes one request with Humble Video. Its decoder takes no configuration record, so samples
 * become byte streams (ITU-T H.264 annex B, H.265 annex B) with the parameter sets in front. Native
 * objects are deleted at once: collecting them is left to nobody. Confined to one thread.
 */
final class HumbleDecoder {

  private static final long MAX_PIXELS = 8192L * 4320;

  /** Values of FFmpeg's AVColorSpace and AVColorRange. */
  private static final int BT709 = 1;

  private static final int UNSPECIFIED = 2;
  private static final int FULL_RANGE = 2;

  private final DecodeRequest request;
  private final Set<Long> missing;
  private final PictureDecoder.Sink sink;
  private final Decoder decoder;
  private final MediaPicture picture;

  private HumbleDecoder(
      DecodeRequest request, Decoder decoder, MediaPicture picture, PictureDecoder.Sink sink) {
    this.request = request;
    this.missing = new HashSet<>(request.wanted());
    this.sink = sink;
    this.decoder = decoder;
    this.picture = picture;
  }

  static void decode(DecodeRequest request, PictureDecoder.Sink sink) {
    int width = request.video().width();
    int height = request.video().height();
    if (width <= 0 || height <= 0 || (long) width * height > MAX_PIXELS) {
      throw new LimitExceeded(
          "picture size", "codec configuration", "at most 8192x4320", width + "x" + height);
    }
    PixelFormat.Type found = decode(request, sink, PixelFormat.Type.PIX_FMT_YUV420P);
    if (found == PixelFormat.Type.PIX_FMT_YUVJ420P) {
      found = decode(request, sink, found);
    }
    demandKnown(found);
  }

  private static void demandKnown(PixelFormat.Type format) {
    if (format != PixelFormat.Type.PIX_FMT_YUV420P
        && format != PixelFormat.Type.PIX_FMT_YUVJ420P) {
      throw new UnsupportedMedia(
          "pixel format", "decoder humble", "4:2:0 of 8 bits", format.toString());
    }
  }

  /**
   * Decodes into pictures of one format.
   *
   * @return the format that the samples have; when it is another, nothing was decoded
   */
  private static PixelFormat.Type decode(
      DecodeRequest request, PictureDecoder.Sink sink, PixelFormat.Type format) {
    Codec codec = Codec.findDecodingCodec(id(request.codec()));
    Decoder decoder = Decoder.make(codec);
    int width = request.video().width();
    int height = request.video().height();
    MediaPicture picture = MediaPicture.make(width, height, format);
    try {
      decoder.setWidth(width);
      decoder.setHeight(height);
      decoder.setPixelFormat(format);
      decoder.open(null, null);
      new HumbleDecoder(request, decoder, picture, sink).decode();
      return format;
    } catch (IllegalArgumentException e) {
      // The parameter sets, which it has read by now, say another format than was offered.
      PixelFormat.Type stated = decoder.getPixelFormat();
      if (stated == format) {
        throw e;
      }
      return stated;
    } finally {
      picture.delete();
      decoder.delete();
      codec.delete();
    }
  }

  private static Codec.ID id(dev.weir.model.Codec codec) {
    return switch (codec) {
      case dev.weir.model.Codec.Avc _ -> Codec.ID.CODEC_ID_H264;
      case dev.weir.model.Codec.Hevc _ -> Codec.ID.CODEC_ID_HEVC;
      case dev.weir.model.Codec.Aac _, dev.weir.model.Codec.Opus _ ->
          throw new IllegalArgumentException(codec.shortName());
    };
  }

  private void decode() {
    List<ByteBuffer> sets = NalUnits.configured(request.codec());
    for (CodedSample sample : request.samples()) {
      var units = new ArrayList<ByteBuffer>(sets);
      sets = List.of();
      units.addAll(NalUnits.ofSample(sample.data(), request.video().nalLengthSize()));
      if (!units.isEmpty() && !decode(units, sample)) {
        return;
      }
    }
    // What is left comes out when nothing more goes in.
    do {
      decoder.decodeVideo(picture, null, 0);
    } while (picture.isComplete() && taken());
  }

  /** Decodes a sample; false once no more pictures are wanted. */
  private boolean decode(List<ByteBuffer> units, CodedSample sample) {
    var stream = new ByteWriter(sample.data().remaining() + 256);
    for (ByteBuffer unit : units) {
      stream.i32(1).bytes(unit);
    }
    byte[] bytes = stream.toArray();
    Buffer buffer = Buffer.make(null, bytes, 0, bytes.length);
    MediaPacket packet = MediaPacket.make(buffer);
    try {
      packet.setPts(sample.presentationTime());
      packet.setKeyPacket(sample.sync());
      for (int at = 0; at < bytes.length; ) {
        int used = decoder.decodeVideo(picture, packet, at);
        if (picture.isComplete() && !taken()) {
          return false;
        }
        if (used <= 0) {
          break;
        }
        at += used;
      }
      return true;
    } finally {
      packet.delete();
      buffer.delete();
    }
  }

  /** Hands the picture over if it is wanted; false once no more are. */
  private boolean taken() {
    long time = picture.getPacketPts();
    boolean more = !missing.remove(time) || sink.take(image(time));
    return more && !missing.isEmpty();
  }

  private Picture image(long presentationTime) {
    PixelFormat.Type format = picture.getFormat();
    demandKnown(format);
    int height = picture.getHeight();
    int matrix = decoder.getPropertyAsInt("colorspace");
    return new PlanarPicture(
            picture.getWidth(),
            height,
            plane(0),
            plane(1),
            plane(2),
            matrix == BT709 || (matrix == UNSPECIFIED && PlanarPicture.isHighDefinition(height)),
            format == PixelFormat.Type.PIX_FMT_YUVJ420P
                || decoder.getPropertyAsInt("color_range") == FULL_RANGE)
        .encode(request, presentationTime);
  }

  private PlanarPicture.Plane plane(int index) {
    Buffer buffer = picture.getData(index);
    try {
      var samples = new byte[picture.getDataPlaneSize(index)];
      buffer.getByteBuffer(0, samples.length).get(samples);
      return new PlanarPicture.Plane(samples, picture.getLineSize(index), 0, 0);
    } finally {
      buffer.delete();
    }
  }
}
