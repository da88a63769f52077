// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.WeirException;
import dev.weir.testing.Program;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One picture alone is coded in bands while it is decoded, of many each at once when it is whole:
 * the pixels are the same ones.
 */
final class EarlyJpegTest {

  private static final int DAMAGED = 150;

  private static Decoders ffmpeg;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    ffmpeg = Decoders.open(DecoderOptions.DEFAULT.withKinds(DecoderKind.FFMPEG));
  }

  @AfterAll
  static void close() {
    ffmpeg.close();
  }

  @ParameterizedTest
  @CsvSource({
    // A band's height more or less, odd sides, several slices, rows in pairs, fields, B-frames.
    "320x128, yuv420p, bframes=0",
    "320x130, yuv420p, bframes=2",
    "321x259, yuv420p, bframes=0",
    "640x480, yuvj420p, slices=5",
    "640x480, yuv420p, tff=1",
    "640x480, yuv420p, no-deblock=1",
    "1280x720, yuv420p, bframes=2",
    "640x480, yuv422p, bframes=0",
  })
  void onePictureIsThatOfMany(String size, String format, String parameters) throws IOException {
    CodedSamples media = encoded(size, format, parameters);
    long first = media.samples().getFirst().presentationTime();
    for (CodedSample sample : media.samples().subList(1, media.samples().size())) {
      var wanted = new ArrayList<>(List.of(first, sample.presentationTime()));
      Optional<int[]> alone = pixels(media, media.samples(), wanted.subList(1, 2));
      assertThat(alone).isPresent();
      assertThat(alone.get()).isEqualTo(pixels(media, media.samples(), wanted).orElseThrow());
    }
  }

  @Test
  void aDamagedPictureIsThatOfManyToo() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    CodedSamples media = encoded("640x480", "yuv420p", "bframes=0:slices=3");
    long first = media.samples().getFirst().presentationTime();
    int compared = 0;
    for (int i = 0; i < DAMAGED; i++) {
      int damaged = 1 + random.nextInt(media.samples().size() - 1);
      var samples = new ArrayList<>(media.samples());
      samples.set(damaged, damaged(samples.get(damaged), random));
      // The damaged picture or the one after it, whose references are concealed.
      int shown = Math.min(damaged + random.nextInt(2), samples.size() - 1);
      long time = samples.get(shown).presentationTime();
      Optional<int[]> alone = pixels(media, samples, List.of(time));
      Optional<int[]> ofMany = pixels(media, samples, List.of(first, time));
      assertThat(alone.isPresent()).isEqualTo(ofMany.isPresent());
      if (alone.isPresent()) {
        assertThat(alone.get()).as("of damage %d", i).isEqualTo(ofMany.orElseThrow());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(DAMAGED / 3);
  }

  private static CodedSample damaged(CodedSample sample, Random random) {
    var bytes = new byte[sample.data().remaining()];
    sample.data().duplicate().get(bytes);
    int headers = Math.min(bytes.length - 1, 40);
    for (int i = 0; i < 3; i++) {
      bytes[headers + random.nextInt(bytes.length - headers)] = (byte) random.nextInt();
    }
    return new CodedSample(sample.presentationTime(), sample.sync(), ByteBuffer.wrap(bytes));
  }

  /** The last of the pictures wanted, when it could be decoded. */
  private static Optional<int[]> pixels(
      CodedSamples media, List<CodedSample> samples, List<Long> wanted) throws IOException {
    List<Picture> pictures;
    try {
      var jpeg = PictureOutput.of(ImageFormat.JPEG);
      pictures =
          ffmpeg.decodeAll(new DecodeRequest(media.codec(), samples, wanted, jpeg)).pictures();
    } catch (WeirException e) {
      return Optional.empty();
    }
    for (Picture picture : pictures) {
      if (picture.presentationTime() == wanted.getLast()) {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.image().toArray()));
        return Optional.of(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()));
      }
    }
    return Optional.empty();
  }

  private CodedSamples encoded(String size, String format, String parameters) throws IOException {
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
            "testsrc2=rate=25:size=" + size + ",noise=alls=20:allf=t:all_seed=1",
            "-frames:v",
            "6",
            "-pix_fmt",
            format,
            "-c:v",
            "libx264",
            "-crf",
            "25",
            "-x264-params",
            parameters,
            file.toString());
    return CodedSamples.of(file);
  }
}
