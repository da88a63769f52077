// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The truth metric: decoded frames of what comes back equal those of what was pushed, in order and
 * in time.
 */
final class TruthIT {

  private static final long TICK_NS = 1_000_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h264-aac.mkv",
        "h264-aac.mp4",
        "h264-aac-frag-every-frame.mp4",
        "hevc-aac.mkv",
        "hevc-aac.mp4",
        "h264-long-gop.mkv",
        "h264-baseline-2997.mkv",
        "h264-720p.mkv",
        "aac.mka"
      })
  void hlsOfTheWholeRangeGivesBackEveryFrame(String sample) {
    Path source = Path.of("media-samples", sample);
    try (var weir = new RunningWeir(folder)) {
      HttpResponse<String> pushed = weir.push("cam", source);
      assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(200);
      weir.stop();
      weir.start();
      String playlist =
          weir.url(
              "/v1/streams/cam/hls/index.m3u8?from=0&to="
                  + (System.currentTimeMillis() + 3_600_000));
      // A restart leaves no session and no persisted fragment in this process: the range has ended.
      Frames.video(playlist).assertSameAs(Frames.video(source.toString()), TICK_NS);
      Frames.audio(playlist).assertSameAs(Frames.audio(source.toString()), TICK_NS);
    }
  }
}
