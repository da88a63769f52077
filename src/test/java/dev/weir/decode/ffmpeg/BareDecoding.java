// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import dev.weir.decode.DecodeRequest;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Loader;

/**
 * How long FFmpeg takes for the frames of a request in this process, when nothing else is to be
 * done: no picture can come sooner. Stateless.
 */
public final class BareDecoding {

  private BareDecoding() {}

  /**
   * Milliseconds, sorted.
   *
   * @param requests each is measured once, after all were decoded once
   */
  public static List<Double> times(List<DecodeRequest> requests) {
    Loader.load(avcodec.class);
    requests.forEach(BareDecoding::decode);
    var times = new ArrayList<Double>();
    for (DecodeRequest request : requests) {
      long from = System.nanoTime();
      decode(request);
      times.add((System.nanoTime() - from) / 1e6);
    }
    return times.stream().sorted().toList();
  }

  private static void decode(DecodeRequest request) {
    try (var none = new EarlyJpeg(request);
        var decoder = new FrameDecoder(request, none)) {
      decoder.decode((frame, time) -> true);
    }
  }
}
