// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGRA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import dev.weir.decode.DecodeRequest;
import dev.weir.decode.ImageFormat;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Bytes;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Makes a decoded frame into an image file: a PNG or WebP by way of RGB, with the stream's own
 * matrix and range; a JPEG without leaving luma and chroma, which takes half the time. Stateless.
 */
final class FrameImage {

  private static final int FLAGS =
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

  private FrameImage() {}

  static Picture of(AVFrame frame, long presentationTime, DecodeRequest request) {
    PictureOutput output = request.output();
    PictureOutput.Size size = output.fit(frame.width(), frame.height(), request.video());
    AVFrame made = allocate(size, pixelFormat(output.format()));
    try {
      if (output.format() == ImageFormat.JPEG) {
        toJfif(frame, made, size);
      } else {
        convert(frame, FrameColour.of(frame), made, true);
      }
      made = TurnedFrame.of(made, request.video().rotation());
      Bytes image =
          switch (output.format()) {
            case JPEG ->
                // Who waits for one picture wants it soon, who takes many wants them small.
                FrameEncoder.jpeg(made, output.quality(), request.wanted().size() == 1);
            case PNG -> FrameEncoder.png(made);
            case WEBP -> FrameEncoder.webp(made, output.quality());
          };
      return new Picture(image, made.width(), made.height(), presentationTime);
    } finally {
      av_frame_free(made);
    }
  }

  /** What the encoder takes. */
  private static int pixelFormat(ImageFormat format) {
    return switch (format) {
      case JPEG -> AV_PIX_FMT_YUVJ420P;
      case PNG -> AV_PIX_FMT_RGB24;
      case WEBP -> AV_PIX_FMT_BGRA;
    };
  }

  private static void toJfif(AVFrame frame, AVFrame jfif, PictureOutput.Size size) {
    FrameColour colour = FrameColour.of(frame);
    jfif.color_range(AVCOL_RANGE_JPEG);
    if (isPlain(frame, size)) {
      JfifSamples.of(colour).convert(frame, jfif);
    } else {
      convert(frame, colour, jfif, colour.fullRange());
      JfifSamples.of(colour).convert(jfif, jfif);
    }
  }

  /** Of 8 bits, 4:2:0, and as large as it is to be. */
  private static boolean isPlain(AVFrame frame, PictureOutput.Size size) {
    int format = frame.format();
    return (format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P)
        && frame.width() == size.width()
        && frame.height() == size.height();
  }

  static AVFrame allocate(PictureOutput.Size size, int format) {
    AVFrame frame = Av.some(av_frame_alloc(), "frame");
    frame.width(size.width()).height(size.height()).format(format);
    int code = av_frame_get_buffer(frame, 0);
    if (code < 0) {
      av_frame_free(frame);
      throw new IllegalStateException("no memory for a picture: " + Av.text(code));
    }
    return frame;
  }

  /** Scales, to the other frame's format; of luma and chroma the matrix stays. */
  private static void convert(AVFrame from, FrameColour colour, AVFrame to, boolean toFullRange) {
    SwsContext scaler =
        Av.some(
            sws_getContext(
                from.width(),
                from.height(),
                from.format(),
                to.width(),
                to.height(),
                to.format(),
                FLAGS,
                null,
                null,
                (DoublePointer) null),
            "scaler");
    try {
      // Refused for formats to which matrices mean nothing, which is right.
      sws_setColorspaceDetails(
          scaler,
          sws_getCoefficients(colour.matrix().swscale()),
          colour.fullRange() ? 1 : 0,
          sws_getCoefficients(colour.matrix().swscale()),
          toFullRange ? 1 : 0,
          0,
          1 << 16,
          1 << 16);
      Av.check(sws_scale_frame(scaler, to, from), "scaling");
    } finally {
      sws_freeContext(scaler);
    }
  }
}
