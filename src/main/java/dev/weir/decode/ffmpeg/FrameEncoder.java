// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBP;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;

import dev.weir.model.Bytes;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Writes one frame as an image file with FFmpeg's encoders. Stateless. */
final class FrameEncoder {

  private static final int WORST_QUANTISER = 31;

  private FrameEncoder() {}

  static Bytes png(AVFrame rgb) {
    return encode(AV_CODEC_ID_PNG, rgb, context -> {});
  }

  /**
   * A JPEG whose quantiser comes near what libjpeg uses for this quality: its tables scaled by
   * {@code 5000 / q} percent below 50 and {@code 200 - 2 q} above, where FFmpeg's at 8 are the
   * unscaled ones.
   *
   * @param band to be joined with others: with the standard's Huffman tables; else with tables of
   *     its own, a seventh smaller
   */
  static Bytes jpeg(AVFrame yuv, int quality, boolean band) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int lambda =
        Math.clamp(FF_QP2LAMBDA * 8L * percent / 100, FF_QP2LAMBDA, FF_QP2LAMBDA * WORST_QUANTISER);
    yuv.quality(lambda);
    return encode(
        AV_CODEC_ID_MJPEG,
        yuv,
        context -> {
          context.color_range(AVCOL_RANGE_JPEG);
          context.flags(context.flags() | AV_CODEC_FLAG_QSCALE);
          context.global_quality(lambda);
          context.qmin(1);
          context.qmax(WORST_QUANTISER);
          if (band) {
            Av.check(av_opt_set(context.priv_data(), "huffman", "default", 0), "tables of a JPEG");
          }
        });
  }

  static Bytes webp(AVFrame bgra, int quality) {
    return encode(
        AV_CODEC_ID_WEBP,
        bgra,
        context ->
            Av.check(
                av_opt_set_int(context.priv_data(), "quality", quality, 0), "quality of a WebP"));
  }

  private static Bytes encode(int codecId, AVFrame frame, Consumer<AVCodecContext> settings) {
    AVCodec codec = Av.some(avcodec_find_encoder(codecId), "image encoder");
    AVCodecContext context = Av.some(avcodec_alloc_context3(codec), "codec context");
    AVPacket packet = Av.some(av_packet_alloc(), "packet");
    try {
      context.width(frame.width()).height(frame.height()).pix_fmt(frame.format());
      context.time_base().num(1).den(1);
      context.thread_count(1);
      settings.accept(context);
      frame.pts(0);
      Av.check(avcodec_open2(context, codec, (AVDictionary) null), "image encoder");
      Av.check(avcodec_send_frame(context, frame), "image");
      Av.check(avcodec_send_frame(context, null), "image");
      Av.check(avcodec_receive_packet(context, packet), "image");
      return Bytes.copyOf(packet.data().capacity(packet.size()).asByteBuffer());
    } finally {
      av_packet_free(packet);
      avcodec_free_context(context);
    }
  }
}
