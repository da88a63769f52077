// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.UnsupportedMedia;
import dev.weir.testing.Program;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three decoders and two ways to RGB: what all agree on is hardly wrong. */
@Timeout(60)
final class DecoderAgreementTest {

  private static final Map<DecoderKind, Decoders> ALL = new EnumMap<>(DecoderKind.class);

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    var options = DecoderOptions.DEFAULT.withFolder(Path.of("target", "decoders"));
    for (DecoderKind kind : DecoderKind.values()) {
      ALL.put(kind, Decoders.open(options.withKinds(kind)));
    }
  }

  @AfterAll
  static void close() {
    ALL.values().forEach(Decoders::close);
  }

  @ParameterizedTest
  @CsvSource({
    "320x240, yuv420p, null, bframes=2, 320x240",
    "320x240, yuvj420p, null, bframes=0, 320x240",
    "320x240, yuv420p, null, colormatrix=bt709, 320x240",
    "640x720, yuv420p, null, colormatrix=smpte170m, 640x720",
    "318x238, yuv420p, null, bframes=2, 318x238",
    "320x240, yuv420p, setsar=4/3, bframes=2, 320x180",
    "320x240, yuv420p, setsar=3/4, bframes=2, 240x240",
  })
  void colourCroppingAndShapeAreTheSame(
      String coded, String format, String filter, String parameters, String shown)
      throws IOException {
    DecodeRequest request = encoded(coded, format, filter, "libx264", parameters).request(5);
    BufferedImage reference = decoded(DecoderKind.FFMPEG, request);
    assertThat(reference.getWidth() + "x" + reference.getHeight()).isEqualTo(shown);
    for (DecoderKind kind : List.of(DecoderKind.HUMBLE, DecoderKind.JCODEC)) {
      assertSame(kind, reference, decoded(kind, request));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "320x240, yuv420p, libx264, bframes=0, 320",
    "320x240, yuvj420p, libx264, bframes=0, 320",
    "320x240, yuv420p, libx264, colormatrix=bt709, 320",
    "640x720, yuv420p, libx264, colormatrix=smpte170m, 640",
    "320x240, yuvj420p, libx264, colormatrix=bt709, 320",
    "320x240, yuv420p, libx264, colormatrix=bt2020nc, 320",
    "321x239, yuv444p, libx264, colormatrix=bt709, 321",
    "320x240, yuv420p10le, libx264, colormatrix=bt709:fullrange=on, 320",
    "640x480, yuvj420p, libx264, colormatrix=bt709, 200",
    "640x480, yuv420p, libx265, colormatrix=bt709, 101",
  })
  void aJpegHasTheColoursOfThePng(
      String coded, String format, String encoder, String parameters, int width)
      throws IOException {
    DecodeRequest png = encoded(coded, format, "null", encoder, parameters).request(5);
    BufferedImage lossless = decoded(png, ImageFormat.PNG, width);
    assertThat(lossless.getWidth()).isEqualTo(width);
    assertSame(DecoderKind.FFMPEG, lossless, decoded(png, ImageFormat.JPEG, width));
  }

  @ParameterizedTest
  @CsvSource({
    "320x240, yuv420p, bframes=0",
    "320x240, yuvj420p, bframes=0",
    "320x270, yuv420p, colormatrix=bt709",
    "318x238, yuv420p, bframes=2",
    "640x720, yuv420p, colormatrix=smpte170m",
  })
  void aJpegOfTheOthersHasThemToo(String coded, String format, String parameters)
      throws IOException {
    DecodeRequest png = encoded(coded, format, "null", "libx264", parameters).request(5);
    BufferedImage lossless = decoded(DecoderKind.FFMPEG, png);
    DecodeRequest jpeg = request(png, new PictureOutput(ImageFormat.JPEG, 100, 16_384, 16_384));
    for (DecoderKind kind : List.of(DecoderKind.HUMBLE, DecoderKind.JCODEC)) {
      assertSame(kind, lossless, decoded(kind, jpeg));
    }
  }

  private static BufferedImage decoded(DecodeRequest like, ImageFormat format, int width)
      throws IOException {
    return decoded(
        DecoderKind.FFMPEG, request(like, new PictureOutput(format, 100, width, 16_384)));
  }

  private static DecodeRequest request(DecodeRequest like, PictureOutput output) {
    return new DecodeRequest(like.codec(), like.samples(), like.wanted().getFirst(), output);
  }

  @Test
  void aWebpIsFfmpegsAloneAndHasTheColoursToo() throws IOException {
    DecodeRequest png =
        encoded("640x480", "yuv420p", "null", "libx264", "colormatrix=bt709").request(5);
    DecodeRequest webp = request(png, new PictureOutput(ImageFormat.WEBP, 100, 320, 16_384));
    Path file = folder.resolve("picture.webp");
    Decoders byFfmpeg = Objects.requireNonNull(ALL.get(DecoderKind.FFMPEG));
    Files.write(file, byFfmpeg.decode(webp).image().toArray());
    Path again = folder.resolve("picture.png");
    var _ = Program.run("ffmpeg", "-v", "error", "-y", "-i", file.toString(), again.toString());
    assertSame(
        DecoderKind.FFMPEG, decoded(png, ImageFormat.PNG, 320), ImageIO.read(again.toFile()));
    for (DecoderKind kind : List.of(DecoderKind.HUMBLE, DecoderKind.JCODEC)) {
      assertThatThrownBy(() -> Objects.requireNonNull(ALL.get(kind)).decode(webp))
          .isInstanceOf(UnsupportedMedia.class)
          .hasMessageContaining("expected ffmpeg, found " + kind + ": does not write image/webp");
    }
  }

  @Test
  void interlacedIsLeftToFfmpegAndHumble() throws IOException {
    DecodeRequest request =
        encoded("320x240", "yuv420p", "null", "libx264", "tff=1:bframes=2").request(5);
    BufferedImage reference = decoded(DecoderKind.FFMPEG, request);
    assertSame(DecoderKind.HUMBLE, reference, decoded(DecoderKind.HUMBLE, request));
    assertThatThrownBy(() -> decoded(DecoderKind.JCODEC, request))
        .isInstanceOf(UnsupportedMedia.class)
        .hasMessageContaining("interlaced");
  }

  @ParameterizedTest
  @CsvSource({"yuv422p,libx264", "yuv420p10le,libx264", "yuv420p10le,libx265"})
  void otherFormatsAreDoneOrRefusedButNeverWrong(String format, String encoder) throws IOException {
    DecodeRequest request = encoded("320x240", format, "null", encoder, "bframes=0").request(5);
    BufferedImage reference = decoded(DecoderKind.FFMPEG, request);
    assertThat(reference.getWidth()).isEqualTo(320);
    var refused = new ArrayList<DecoderKind>();
    for (DecoderKind kind : List.of(DecoderKind.HUMBLE, DecoderKind.JCODEC)) {
      try {
        assertSame(kind, reference, decoded(kind, request));
      } catch (UnsupportedMedia e) {
        refused.add(kind);
      }
    }
    assertThat(refused).contains(DecoderKind.JCODEC);
  }

  private static BufferedImage decoded(DecoderKind kind, DecodeRequest request) throws IOException {
    Picture picture = Objects.requireNonNull(ALL.get(kind)).decode(request);
    return ImageIO.read(new ByteArrayInputStream(picture.image().toArray()));
  }

  /**
   * Demands the same picture. Chroma may be interpolated in different ways and numbers rounded in
   * others (on another processor the same library rounds otherwise), which moves single pixels by
   * several steps; a wrong matrix or range moves whole areas, a wrong frame everything.
   */
  private static void assertSame(DecoderKind kind, BufferedImage expected, BufferedImage actual) {
    assertThat(actual.getWidth()).isEqualTo(expected.getWidth());
    assertThat(actual.getHeight()).isEqualTo(expected.getHeight());
    var byDifference = new long[256];
    for (int y = 0; y < expected.getHeight(); y++) {
      for (int x = 0; x < expected.getWidth(); x++) {
        int one = expected.getRGB(x, y);
        int other = actual.getRGB(x, y);
        for (int shift = 0; shift <= 16; shift += 8) {
          byDifference[Math.abs((one >> shift & 255) - (other >> shift & 255))]++;
        }
      }
    }
    long count = 0;
    long sum = 0;
    long large = 0;
    for (int difference = 0; difference < byDifference.length; difference++) {
      count += byDifference[difference];
      sum += difference * byDifference[difference];
      large += difference >= 12 ? byDifference[difference] : 0;
    }
    assertThat((double) sum / count).as("%s: mean difference", kind).isLessThan(1.5);
    assertThat((double) large / count).as("%s: share of large differences", kind).isLessThan(0.001);
  }

  private CodedSamples encoded(
      String size, String format, String filter, String encoder, String parameters)
      throws IOException {
    Path file = folder.resolve("encoded.mkv");
    var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i"));
    // Soft colours: how chroma is interpolated then hardly matters. All stated: a seed fixes
    // neither
    // them nor where they lie.
    command.add(
        "gradients=rate=25:seed=7:speed=0.05:n=4:c0=0x2060a0:c1=0xa06020:c2=0x40a060:c3=0xa0a0c0"
            + ":x0=10:y0=10:x1=200:y1=180:size="
            + size);
    command.addAll(List.of("-frames:v", "8", "-vf", filter, "-pix_fmt", format, "-c:v", encoder));
    command.addAll(
        List.of("-crf", "16", encoder.equals("libx264") ? "-x264-params" : "-x265-params"));
    command.add(encoder.equals("libx264") ? parameters : parameters + ":log-level=error");
    command.add(file.toString());
    var _ = Program.run(command.toArray(new String[0]));
    return CodedSamples.of(file);
  }
}
