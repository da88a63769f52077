// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGRA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
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
    FrameColour colour = FrameColour.of(frame);
    AVFrame made =
        output.format() == ImageFormat.JPEG
            ? sized(frame, colour, size)
            : rgb(frame, colour, size, output.format());
    try {
      made = TurnedFrame.of(made, request.video().rotation());
      Bytes image =
          switch (output.format()) {
            // Who waits for one picture wants it soon, who takes many wants them small.
            case JPEG ->
                request.wanted().size() == 1
                    ? inBands(made, colour, output.quality())
                    : atOnce(made, colour, output.quality());
            case PNG -> FrameEncoder.png(made);
            case WEBP -> FrameEncoder.webp(made, output.quality());
          };
      return new Picture(image, made.width(), made.height(), presentationTime);
    } finally {
      av_frame_free(made);
    }
  }

  /** In luma and chroma as they were decoded, 4:2:0 of 8 bits. */
  private static AVFrame sized(AVFrame frame, FrameColour colour, PictureOutput.Size size) {
    if (isPlain(frame) && size.equals(new PictureOutput.Size(frame.width(), frame.height()))) {
      return Av.some(av_frame_clone(frame), "frame");
    }
    return converted(frame, colour, allocate(size, AV_PIX_FMT_YUVJ420P), colour.fullRange());
  }

  private static AVFrame rgb(
      AVFrame frame, FrameColour colour, PictureOutput.Size size, ImageFormat format) {
    int pixels = format == ImageFormat.WEBP ? AV_PIX_FMT_BGRA : AV_PIX_FMT_RGB24;
    return converted(frame, colour, allocate(size, pixels), true);
  }

  private static Bytes inBands(AVFrame made, FrameColour colour, int quality) {
    var size = new PictureOutput.Size(made.width(), made.height());
    try (var jpeg = new BandedJpeg(made, colour, size, quality)) {
      return jpeg.finish();
    }
  }

  private static Bytes atOnce(AVFrame made, FrameColour colour, int quality) {
    AVFrame jfif =
        allocate(new PictureOutput.Size(made.width(), made.height()), AV_PIX_FMT_YUVJ420P);
    try {
      BandedJpeg.toJfif(made, colour, 0, jfif);
      return FrameEncoder.jpeg(jfif, quality, false);
    } finally {
      av_frame_free(jfif);
    }
  }

  /** Whether it is 4:2:0 of 8 bits. */
  static boolean isPlain(AVFrame frame) {
    return frame.format() == AV_PIX_FMT_YUV420P || frame.format() == AV_PIX_FMT_YUVJ420P;
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

  /**
   * Scales, to the other frame's format, which is given back; of luma and chroma the matrix stays.
   */
  private static AVFrame converted(
      AVFrame from, FrameColour colour, AVFrame to, boolean toFullRange) {
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
      return to;
    } catch (RuntimeException e) {
      av_frame_free(to);
      throw e;
    } finally {
      sws_freeContext(scaler);
    }
  }
}
