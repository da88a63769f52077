// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The truth metric: decoded frames of what comes back equal those of what was pushed, in order and
 * in time.
 */
final class TruthIT {

  /** One tick of Matroska's usual clock. */
  private static final long TICK_NS = 1_000_000;

  @TempDir Path folder;

  /**
   * A sample, the file that says what is in it, and how far its audio times may be off. ffmpeg's
   * +frag_every_frame writes the first audio frame 80 ms early and then the same tfdt for two
   * frames in a row, of which its own demuxer drops one: Weir keeps both, one frame apart, and the
   * truth is the file that it was made from.
   */
  static List<Arguments> samples() {
    return List.of(
        arguments("h264-aac.mkv", "h264-aac.mkv", TICK_NS),
        arguments("h264-aac.mp4", "h264-aac.mp4", TICK_NS),
        arguments("h264-aac-frag-every-frame.mp4", "h264-aac.mkv", 85 * TICK_NS),
        arguments("hevc-aac.mkv", "hevc-aac.mkv", TICK_NS),
        arguments("hevc-aac.mp4", "hevc-aac.mp4", TICK_NS),
        arguments("h264-opus.mkv", "h264-opus.mkv", TICK_NS),
        arguments("h264-long-gop.mkv", "h264-long-gop.mkv", TICK_NS),
        arguments("h264-baseline-2997.mkv", "h264-baseline-2997.mkv", TICK_NS),
        arguments("h264-720p.mkv", "h264-720p.mkv", TICK_NS),
        arguments("aac.mka", "aac.mka", TICK_NS));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyWayOutGivesBackEveryFrame(String sample, String truth, long audioToleranceNs) {
    String source = Path.of("media-samples", truth).toString();
    Frames video = Frames.video(source);
    Frames audio = audio(source, sample);
    Frames packets = Frames.videoPackets(source);
    try (var weir = new RunningWeir(folder)) {
      HttpResponse<String> pushed = weir.push("cam", Path.of("media-samples", sample));
      assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(200);
      // With no session and nothing persisted in this process, the range has ended.
      weir.stop();
      weir.start();
      String range = "?from=0&to=" + (System.currentTimeMillis() + 3_600_000);
      for (String name : List.of("hls/index.m3u8", "clip.mp4", "clip.mkv")) {
        String url = weir.url("/v1/streams/cam/" + name + range);
        try {
          Frames.video(url).assertSameAs(video, TICK_NS);
          audio(url, sample).assertSameAs(audio, audioToleranceNs);
          assertThat(Frames.videoPackets(url).hashes()).isEqualTo(packets.hashes());
        } catch (AssertionError e) {
          throw new AssertionError(sample + " by " + name + ": " + e.getMessage(), e);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theEndlessBodiesGiveBackEveryFrame(String sample, String truth, long audioToleranceNs) {
    String source = Path.of("media-samples", truth).toString();
    // Other tracks end an endless body.
    String other = sample.equals("h264-720p.mkv") ? "aac.mka" : "h264-720p.mkv";
    try (var weir = new RunningWeir(folder)) {
      weir.push("cam", Path.of("media-samples", sample));
      for (String name : List.of("live.mkv", "live.mp4")) {
        CompletableFuture<Path> body =
            weir.download("/v1/streams/cam/" + name + "?from=earliest", folder.resolve(name));
        weir.push("cam", Path.of("media-samples", other));
        String file = body.orTimeout(60, TimeUnit.SECONDS).join().toString();
        Frames.video(file).assertSameAs(Frames.video(source), TICK_NS);
        audio(file, sample).assertSameAs(audio(source, sample), audioToleranceNs);
      }
    }
  }

  /** Matroska's DiscardPadding of the very last Opus packet is not kept: its end is longer. */
  private static Frames audio(String input, String sample) {
    Frames audio = Frames.audio(input);
    return sample.contains("opus") ? audio.withoutLast() : audio;
  }
}
