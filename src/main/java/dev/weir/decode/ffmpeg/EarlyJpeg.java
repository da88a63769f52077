// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;

import dev.weir.decode.DecodeRequest;
import dev.weir.decode.ImageFormat;
import dev.weir.decode.Picture;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Rotation;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * Begins the JPEG of the one picture that is wanted while it is still being decoded: FFmpeg's H.264
 * decoder says which rows nothing will change any more. It is called on whatever thread decodes the
 * picture; all else is confined to one. To be closed after the codec context is freed.
 */
final class EarlyJpeg
    extends AVCodecContext.Draw_horiz_band_AVCodecContext_AVFrame_IntPointer_int_int_int {

  /** FFmpeg's PICT_FRAME: rows of a frame, not of a field. */
  private static final int WHOLE_FRAME = 3;

  private final transient DecodeRequest request;
  private final long wanted;
  private transient volatile @Nullable BandedJpeg jpeg;

  EarlyJpeg(DecodeRequest request) {
    this.request = request;
    this.wanted = request.wanted().getFirst();
  }

  /** Has the context say what is ready, where that is of use. Before it is opened. */
  void watch(AVCodecContext context) {
    if (context.codec_id() == AV_CODEC_ID_H264
        && request.wanted().size() == 1
        && request.output().format() == ImageFormat.JPEG
        && request.video().rotation() == Rotation.NONE) {
      context.draw_horiz_band(this);
    }
  }

  @Override
  public void call(
      AVCodecContext context, AVFrame frame, IntPointer offset, int y, int structure, int height) {
    if (frame.pts() != wanted) {
      return;
    }
    try {
      BandedJpeg begun = jpeg;
      if (begun == null && y == 0 && structure == WHOLE_FRAME) {
        begun = begin(frame, new PictureOutput.Size(context.width(), context.height()));
        jpeg = begun;
      }
      if (begun != null && begun.isOf(frame)) {
        begun.ready(y + height);
      }
    } catch (RuntimeException e) {
      // Must not go through the decoder, which is C. The picture is made when it is decoded.
      System.err.println("no early picture: " + e);
    }
  }

  private @Nullable BandedJpeg begin(AVFrame frame, PictureOutput.Size size) {
    PictureOutput output = request.output();
    boolean asDecoded =
        FrameImage.isPlain(frame)
            && frame.crop_left() == 0
            && frame.crop_top() == 0
            && output.fit(size.width(), size.height(), request.video()).equals(size);
    return asDecoded ? new BandedJpeg(frame, FrameColour.of(frame), size, output.quality()) : null;
  }

  /** The picture, if it was begun and came out as it was begun. */
  Optional<Picture> of(AVFrame frame, long presentationTime) {
    BandedJpeg begun = jpeg;
    return begun != null && begun.isStill(frame)
        ? Optional.of(new Picture(begun.finish(), frame.width(), frame.height(), presentationTime))
        : Optional.empty();
  }

  @Override
  public void close() {
    BandedJpeg begun = jpeg;
    if (begun != null) {
      begun.close();
    }
    super.close();
  }
}
