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
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_FCC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_SMPTE240M;

import dev.weir.decode.PlanarPicture;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * How the samples of a frame stand for colours. Immutable.
 *
 * @param fullRange luma spans 0 to 255, else 16 to 235
 */
record FrameColour(Matrix matrix, boolean fullRange) {

  /** From red, green and blue to luma and chroma (ITU-T H.273 table 4). */
  enum Matrix {
    BT709(SWS_CS_ITU709, 0.2126, 0.0722),
    BT601(SWS_CS_ITU601, 0.299, 0.114),
    BT2020(SWS_CS_BT2020, 0.2627, 0.0593),
    SMPTE240M(SWS_CS_SMPTE240M, 0.212, 0.087),
    FCC(SWS_CS_FCC, 0.30, 0.11);

    private final int swscale;
    private final double red;
    private final double blue;

    Matrix(int swscale, double red, double blue) {
      this.swscale = swscale;
      this.red = red;
      this.blue = blue;
    }

    /** What swscale calls it. */
    int swscale() {
      return swscale;
    }

    /** Weight of red in luma. */
    double red() {
      return red;
    }

    /** Weight of blue in luma. */
    double blue() {
      return blue;
    }
  }

  static FrameColour of(AVFrame frame) {
    return new FrameColour(matrix(frame), fullRange(frame));
  }

  private static Matrix matrix(AVFrame frame) {
    int stated = frame.colorspace();
    if (stated == AVCOL_SPC_BT709) {
      return Matrix.BT709;
    }
    if (stated == AVCOL_SPC_BT470BG || stated == AVCOL_SPC_SMPTE170M) {
      return Matrix.BT601;
    }
    if (stated == AVCOL_SPC_BT2020_NCL || stated == AVCOL_SPC_BT2020_CL) {
      return Matrix.BT2020;
    }
    if (stated == AVCOL_SPC_SMPTE240M) {
      return Matrix.SMPTE240M;
    }
    if (stated == AVCOL_SPC_FCC) {
      return Matrix.FCC;
    }
    return PlanarPicture.isHighDefinition(frame.height()) ? Matrix.BT709 : Matrix.BT601;
  }

  private static boolean fullRange(AVFrame frame) {
    int format = frame.format();
    return frame.color_range() == AVCOL_RANGE_JPEG
        || format == AV_PIX_FMT_YUVJ420P
        || format == AV_PIX_FMT_YUVJ422P
        || format == AV_PIX_FMT_YUVJ444P;
  }
}
