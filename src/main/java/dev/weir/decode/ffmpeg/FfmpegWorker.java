// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import dev.weir.decode.WorkerLoop;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/** The worker process of FFmpeg. */
public final class FfmpegWorker {

  private FfmpegWorker() {}

  public static void main(String[] arguments) {
    WorkerLoop.serve(() -> {
      Loader.load(avcodec.class);
      Loader.load(swscale.class);
      // A damaged stream would fill the log: what matters comes back as an answer.
      av_log_set_level(AV_LOG_FATAL);
      return (request, sink) -> {
        try (var early = new EarlyJpeg(request);
            var decoder = new FrameDecoder(request, early)) {
          decoder.decode((frame, time) ->
              sink.take(
                  early.of(frame, time).orElseGet(() -> FrameImage.of(frame, time, request))));
        }
      };
    });
  }
}
