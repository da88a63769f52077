// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples are left out on the way to a picture, and never one that shows. */
@Timeout(60)
final class NeededSamplesTest {

  @TempDir Path folder;

  /** Each picture once with none left out, and once alone. */
  @ParameterizedTest
  @CsvSource({
    "libx264, bframes=2:b-pyramid=none",
    "libx264, bframes=5:b-pyramid=normal:ref=4",
    "libx264, open-gop=1:bframes=3:keyint=8:min-keyint=8",
    "libx264, bframes=3:interlaced=1",
    "libx265, bframes=4:keyint=60",
    "libx265, bframes=4:open-gop=1:keyint=8:min-keyint=8",
    "libx265, bframes=4:temporal-layers=3:b-adapt=0:keyint=60",
  })
  void everyPictureIsTheSameWithoutThem(String encoder, String parameters) throws IOException {
    CodedSamples coded = encoded(encoder, parameters);
    int count = coded.samples().size();
    List<Long> times =
        coded.samples().stream().map(CodedSample::presentationTime).sorted().toList();
    DecodeRequest all = coded.request(count).withWanted(times);
    assertThat(NeededSamples.of(all)).isEqualTo(all);
    int leftOut = 0;
    try (Decoders decoders = Decoders.open(DecoderOptions.DEFAULT.withKinds(DecoderKind.FFMPEG))) {
      var pictures = new HashMap<Long, Picture>();
      decoders
          .decodeAll(all)
          .pictures()
          .forEach(each -> pictures.put(each.presentationTime(), each));
      assertThat(pictures).hasSize(count);
      for (int i = 1; i <= count; i++) {
        DecodeRequest one = coded.request(i);
        leftOut += i - NeededSamples.of(one).samples().size();
        Picture expected = pictures.get(one.wanted().getFirst());
        assertThat(decoders.decode(one)).as("sample %d of %s", i, parameters).isEqualTo(expected);
      }
    }
    assertThat(leftOut).as("samples left out of all requests").isGreaterThan(count);
  }

  @Test
  void whatCannotBeReadKeepsAllBeforeIt() throws IOException {
    CodedSamples coded = encoded("libx264", "bframes=3:b-pyramid=none:b-adapt=0:keyint=60");
    DecodeRequest request = coded.request(20);
    int readable = NeededSamples.of(request).samples().size();
    var samples = new ArrayList<>(request.samples());
    CodedSample cut = samples.get(9);
    samples.set(
        9,
        new CodedSample(cut.presentationTime(), false, cut.data().slice(cut.data().position(), 3)));
    var damaged = new DecodeRequest(request.codec(), samples, request.wanted(), request.output());
    assertThat(readable).isLessThan(12);
    assertThat(NeededSamples.of(damaged).samples())
        .startsWith(samples.subList(0, 10).toArray(new CodedSample[0]))
        .hasSizeLessThan(20);
  }

  private CodedSamples encoded(String encoder, String parameters) throws IOException {
    Path file = folder.resolve("encoded.mkv");
    boolean h264 = encoder.equals("libx264");
    var _ =
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=rate=25:size=176x144",
            "-frames:v",
            "48",
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            encoder,
            h264 ? "-x264-params" : "-x265-params",
            h264 ? parameters : parameters + ":log-level=error",
            file.toString());
    return CodedSamples.of(file);
  }
}
