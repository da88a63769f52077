// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decode.jcodec.JCodecGate;
import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JCodecGateTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bframes=0",
        "bframes=3:direct=spatial:weightp=2:weightb=1:ref=4",
        "bframes=2:direct=spatial:cabac=0",
        "slices=4:open-gop=1:b-pyramid=normal:direct=spatial"
      })
  void whatJCodecDecodesRightIsLetThrough(String parameters) throws IOException {
    CodedSamples samples = encoded(parameters, "yuv420p");
    assertThat(JCodecGate.refusal(samples.request(samples.samples().size()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bframes=3:direct=temporal, yuv420p, temporal direct",
    "no-deblock=1, yuv420p, deblocking",
    "cqm=jvt, yuv420p, scaling matrix",
    "constrained-intra=1, yuv420p, constrained intra",
    "tff=1, yuv420p, interlaced",
    "bframes=0, yuv422p, profile 122",
    "bframes=0, yuv444p, profile 244",
    "bframes=0, yuv420p10le, profile 110",
  })
  void whatJCodecGetsWrongIsRefused(String parameters, String format, String reason)
      throws IOException {
    CodedSamples samples = encoded(parameters, format);
    assertThat(JCodecGate.refusal(samples.request(samples.samples().size())))
        .hasValueSatisfying(text -> assertThat(text).contains(reason));
  }

  @Test
  void hevcIsRefused() throws IOException {
    assertThat(
            JCodecGate.refusal(
                CodedSamples.of(Path.of("media-samples", "hevc-aac.mkv")).request(1)))
        .isPresent();
  }

  @Test
  void aSliceThatEndsInItsHeaderIsRefused() throws IOException {
    CodedSamples samples = CodedSamples.of(Path.of("media-samples", "h264-baseline-2997.mkv"));
    CodedSample second = samples.samples().get(1);
    var cut = new ArrayList<>(samples.samples().subList(0, 1));
    byte[] bytes = {0, 0, 0, 2, 0x41, 0};
    cut.add(new CodedSample(second.presentationTime(), false, ByteBuffer.wrap(bytes)));
    var request =
        new DecodeRequest(samples.codec(), List.copyOf(cut), 0, PictureOutput.of(ImageFormat.PNG));
    assertThat(JCodecGate.refusal(request)).isPresent();
  }

  private CodedSamples encoded(String parameters, String format) throws IOException {
    Path file = folder.resolve("encoded.mkv");
    var _ =
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=rate=25:size=320x240,trim=end_frame=12",
            "-c:v",
            "libx264",
            "-preset",
            "medium",
            "-pix_fmt",
            format,
            "-x264-params",
            parameters,
            file.toString());
    return CodedSamples.of(file);
  }
}
