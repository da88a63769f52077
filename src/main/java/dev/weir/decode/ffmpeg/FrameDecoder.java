// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_OUTPUT_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_cpu_count;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * Decodes samples up to the last frame that is wanted. Owns a codec context, a packet and a frame,
 * all freed on close. Confined to one thread.
 */
final class FrameDecoder implements AutoCloseable {

  /** 8K: one picture of 8 bits is 53 MB, and a decoder holds up to 17. */
  private static final long MAX_PIXELS = 8192L * 4320;

  /** Each holds pictures of its own. */
  private static final int MOST_THREADS = 4;

  private static final int SAMPLES_A_THREAD = 4;

  private final DecodeRequest request;
  private final Set<Long> missing;
  private final AVCodecContext context;
  private final AVPacket packet;
  private final AVFrame frame;

  FrameDecoder(DecodeRequest request, EarlyJpeg early) {
    this.request = request;
    this.missing = new HashSet<>(request.wanted());
    AVCodec codec = avcodec_find_decoder(id(request.codec()));
    if (codec == null) {
      throw new UnsupportedMedia(
          "FFmpeg without this decoder", "codec", "a decoder", request.codec().shortName());
    }
    context = Av.some(avcodec_alloc_context3(codec), "codec context");
    packet = Av.some(av_packet_alloc(), "packet");
    frame = Av.some(av_frame_alloc(), "frame");
    try {
      context.thread_count(threads(request.samples().size()));
      context.max_pixels(MAX_PIXELS);
      // A recovery point that is not marked as one must still give its picture.
      context.flags(context.flags() | AV_CODEC_FLAG_OUTPUT_CORRUPT);
      configure(request.codec().configuration());
      early.watch(context);
      Av.check(avcodec_open2(context, codec, (AVDictionary) null), "codec configuration");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Threads are worth their start when there is more than a key frame to decode. */
  private static int threads(int samples) {
    return Math.clamp(Math.min(samples / SAMPLES_A_THREAD, av_cpu_count()), 1, MOST_THREADS);
  }

  private static int id(Codec codec) {
    return switch (codec) {
      case Codec.Avc _ -> AV_CODEC_ID_H264;
      case Codec.Hevc _ -> AV_CODEC_ID_HEVC;
      case Codec.Aac _, Codec.Opus _ -> throw new IllegalArgumentException(codec.shortName());
    };
  }

  /** The configuration record as it is; FFmpeg reads the length size from it. */
  private void configure(Bytes configuration) {
    int size = configuration.size();
    var memory = Av.some(av_mallocz((long) size + AV_INPUT_BUFFER_PADDING_SIZE), "memory");
    var extradata = new BytePointer(memory).capacity(size);
    extradata.put(configuration.toArray(), 0, size);
    context.extradata(extradata);
    context.extradata_size(size);
  }

  /** Takes a frame, valid only meanwhile; says whether more are wanted. */
  interface Taker {
    boolean take(AVFrame frame, long presentationTime);
  }

  /** Decodes the samples and hands over the frames that are wanted. */
  void decode(Taker taker) {
    for (CodedSample sample : request.samples()) {
      send(sample);
      if (!receive(taker)) {
        return;
      }
    }
    Av.check(avcodec_send_packet(context, null), "end of samples");
    var _ = receive(taker);
  }

  private void send(CodedSample sample) {
    ByteBuffer data = sample.data().duplicate();
    if (!data.hasRemaining()) {
      return;
    }
    Av.check(av_new_packet(packet, data.remaining()), "packet");
    try {
      packet.data().capacity(data.remaining()).asByteBuffer().put(data);
      packet.pts(sample.presentationTime());
      if (sample.sync()) {
        packet.flags(packet.flags() | AV_PKT_FLAG_KEY);
      }
      // A sample that can't be decoded is passed over: later ones may not need it, and if the
      // wanted one does, nothing comes out.
      int code = avcodec_send_packet(context, packet);
      if (code == Av.AGAIN) {
        throw new IllegalStateException("FFmpeg takes no packet though all frames were taken");
      }
    } finally {
      av_packet_unref(packet);
    }
  }

  /** Takes all frames that are ready; false once no more are wanted. */
  private boolean receive(Taker taker) {
    while (!missing.isEmpty() && avcodec_receive_frame(context, frame) >= 0) {
      long time = frame.pts();
      if (missing.remove(time) && !taker.take(frame, time)) {
        return false;
      }
    }
    return !missing.isEmpty();
  }

  @Override
  public void close() {
    av_frame_free(frame);
    av_packet_free(packet);
    avcodec_free_context(context);
  }
}
