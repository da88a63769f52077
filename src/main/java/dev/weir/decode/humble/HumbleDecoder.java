// SPDX-License-Identifier: AGPL-3.0-or-later
package dev.weir.decode.humble;

import dev.weir.bytes.ByteWriter;
import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.decode.NalUnits;
import dev.weir.decode.Picture;
import dev.weir.decode.PlanarPicture;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import io.humble.ferry.Buffer;
import io.humble.video.Codec;
import io.humble.video.Decoder;
import io.humble.video.MediaPacket;
import io.humble.video.MediaPicture;
import io.humble.video.PixelFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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
  private final Decoder decoder;
  private final MediaPicture picture;

  private HumbleDecoder(DecodeRequest request, Decoder decoder, MediaPicture picture) {
    this.request = request;
    this.decoder = decoder;
    this.picture = picture;
  }

  static Picture decode(DecodeRequest request) {
    int width = request.video().width();
    int height = request.video().height();
    if (width <= 0 || height <= 0 || (long) width * height > MAX_PIXELS) {
      throw new LimitExceeded(
          "picture size", "codec configuration", "at most 8192x4320", width + "x" + height);
    }
    Codec codec = Codec.findDecodingCodec(id(request.codec()));
    Decoder decoder = Decoder.make(codec);
    MediaPicture picture = MediaPicture.make(width, height, PixelFormat.Type.PIX_FMT_YUV420P);
    try {
      decoder.setWidth(width);
      decoder.setHeight(height);
      decoder.setPixelFormat(PixelFormat.Type.PIX_FMT_YUV420P);
      decoder.open(null, null);
      return new HumbleDecoder(request, decoder, picture).decode();
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

  private Picture decode() {
    List<ByteBuffer> sets = NalUnits.configured(request.codec());
    for (CodedSample sample : request.samples()) {
      var units = new ArrayList<ByteBuffer>(sets);
      sets = List.of();
      units.addAll(NalUnits.ofSample(sample.data(), request.video().nalLengthSize()));
      if (!units.isEmpty() && shown(units, sample)) {
        return image();
      }
    }
    // What is left comes out when nothing more goes in.
    while (true) {
      decoder.decodeVideo(picture, null, 0);
      if (!picture.isComplete()) {
        throw new MalformedMedia(
            "no picture came out",
            "samples",
            "a picture at " + request.presentationTime(),
            request.samples().size() + " samples without it");
      }
      if (wanted()) {
        return image();
      }
    }
  }

  /** Decodes a sample; true when the wanted picture came out. */
  private boolean shown(List<ByteBuffer> units, CodedSample sample) {
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
        if (picture.isComplete() && wanted()) {
          return true;
        }
        if (used <= 0) {
          break;
        }
        at += used;
      }
      return false;
    } finally {
      packet.delete();
      buffer.delete();
    }
  }

  private boolean wanted() {
    return picture.getPacketPts() == request.presentationTime();
  }

  private Picture image() {
    PixelFormat.Type format = picture.getFormat();
    boolean fullRangeFormat = format == PixelFormat.Type.PIX_FMT_YUVJ420P;
    if (!fullRangeFormat && format != PixelFormat.Type.PIX_FMT_YUV420P) {
      throw new UnsupportedMedia(
          "pixel format", "decoder humble", "4:2:0 of 8 bits", format.toString());
    }
    int height = picture.getHeight();
    int matrix = decoder.getPropertyAsInt("colorspace");
    return new PlanarPicture(
            picture.getWidth(),
            height,
            plane(0),
            plane(1),
            plane(2),
            matrix == BT709 || (matrix == UNSPECIFIED && PlanarPicture.isHighDefinition(height)),
            fullRangeFormat || decoder.getPropertyAsInt("color_range") == FULL_RANGE)
        .encode(request);
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
