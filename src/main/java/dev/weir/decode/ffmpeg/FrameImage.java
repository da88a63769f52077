// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_FCC;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE240M;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_FCC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_SMPTE240M;
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
import dev.weir.decode.PlanarPicture;
import dev.weir.model.Bytes;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Makes a decoded frame into an image file: to RGB by the stream's own matrix and range, scaled,
 * then PNG as it is or JPEG by the matrix that JFIF fixes (BT.601, full range). Stateless.
 */
final class FrameImage {

  private static final int FLAGS =
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

  private FrameImage() {}

  static Picture of(AVFrame frame, long presentationTime, DecodeRequest request) {
    PictureOutput output = request.output();
    PictureOutput.Size size =
        output.fit(
            frame.width(), frame.height(), request.video().sarNum(), request.video().sarDen());
    AVFrame rgb = allocate(size, AV_PIX_FMT_RGB24);
    try {
      convert(frame, matrix(frame), fullRange(frame), rgb, SWS_CS_ITU601, true);
      Bytes image =
          output.format() == ImageFormat.PNG ? FrameEncoder.png(rgb) : jpeg(rgb, size, output);
      return new Picture(image, size.width(), size.height(), presentationTime);
    } finally {
      av_frame_free(rgb);
    }
  }

  private static Bytes jpeg(AVFrame rgb, PictureOutput.Size size, PictureOutput output) {
    AVFrame yuv = allocate(size, AV_PIX_FMT_YUV420P);
    try {
      convert(rgb, SWS_CS_ITU601, true, yuv, SWS_CS_ITU601, true);
      yuv.color_range(AVCOL_RANGE_JPEG);
      return FrameEncoder.jpeg(yuv, output.quality());
    } finally {
      av_frame_free(yuv);
    }
  }

  private static AVFrame allocate(PictureOutput.Size size, int format) {
    AVFrame frame = Av.some(av_frame_alloc(), "frame");
    frame.width(size.width()).height(size.height()).format(format);
    int code = av_frame_get_buffer(frame, 0);
    if (code < 0) {
      av_frame_free(frame);
      throw new IllegalStateException("no memory for a picture: " + Av.text(code));
    }
    return frame;
  }

  private static void convert(
      AVFrame from, int fromMatrix, boolean fromFull, AVFrame to, int toMatrix, boolean toFull) {
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
          sws_getCoefficients(fromMatrix),
          fromFull ? 1 : 0,
          sws_getCoefficients(toMatrix),
          toFull ? 1 : 0,
          0,
          1 << 16,
          1 << 16);
      Av.check(sws_scale_frame(scaler, to, from), "scaling");
    } finally {
      sws_freeContext(scaler);
    }
  }

  private static int matrix(AVFrame frame) {
    int stated = frame.colorspace();
    if (stated == AVCOL_SPC_BT709) {
      return SWS_CS_ITU709;
    }
    if (stated == AVCOL_SPC_BT470BG || stated == AVCOL_SPC_SMPTE170M) {
      return SWS_CS_ITU601;
    }
    if (stated == AVCOL_SPC_BT2020_NCL || stated == AVCOL_SPC_BT2020_CL) {
      return SWS_CS_BT2020;
    }
    if (stated == AVCOL_SPC_SMPTE240M) {
      return SWS_CS_SMPTE240M;
    }
    if (stated == AVCOL_SPC_FCC) {
      return SWS_CS_FCC;
    }
    return PlanarPicture.isHighDefinition(frame.height()) ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }

  private static boolean fullRange(AVFrame frame) {
    int format = frame.format();
    return frame.color_range() == AVCOL_RANGE_JPEG
        || format == AV_PIX_FMT_YUVJ420P
        || format == AV_PIX_FMT_YUVJ422P
        || format == AV_PIX_FMT_YUVJ444P;
  }
}
