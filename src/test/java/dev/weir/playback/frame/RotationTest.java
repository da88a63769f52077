// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.decode.DecoderKind;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.decode.ImageFormat;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Clock;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import dev.weir.playback.clip.Clips;
import dev.weir.testing.Program;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.ffmpeg.ffprobe;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures that a phone took upright, beside what ffmpeg makes of them. */
final class RotationTest {

  private static final long START = 1_767_225_600_000_000_000L;
  private static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  @TempDir static Path folder;

  private static Archive archive;

  @BeforeAll
  static void open() {
    archive = DiskArchive.open(ArchiveOptions.of(folder.resolve("data")), InstantSource.system());
  }

  @AfterAll
  static void close() {
    archive.close();
  }

  /** A newer ffmpeg than most systems have: the older ones don't know a Matroska file's roll. */
  private static String run(Class<?> program, String... arguments) {
    var command = new ArrayList<String>(List.of(Loader.load(program), "-v", "error"));
    command.addAll(List.of(arguments));
    return Program.run(command.toArray(new String[0]));
  }

  private static Path turned(int clockwise, String extension) {
    Path upright = folder.resolve("upright.mp4");
    if (!Files.exists(upright)) {
      var _ =
          Program.run(
              "ffmpeg",
              "-v",
              "error",
              "-f",
              "lavfi",
              "-i",
              "testsrc2=rate=25:size=320x180,gblur=6",
              "-frames:v",
              "30",
              "-c:v",
              "libx264",
              "-crf",
              "10",
              "-pix_fmt",
              "yuv420p",
              upright.toString());
    }
    Path file = folder.resolve("turned-" + clockwise + "." + extension);
    // The option counts counterclockwise.
    var _ =
        run(
            ffmpeg.class,
            "-y",
            "-display_rotation",
            String.valueOf(360 - clockwise),
            "-i",
            upright.toString(),
            "-c",
            "copy",
            "-movflags",
            "frag_keyframe+empty_moov",
            file.toString());
    return file;
  }

  private static double psnr(BufferedImage one, BufferedImage other) {
    assertThat(one.getWidth()).isEqualTo(other.getWidth());
    assertThat(one.getHeight()).isEqualTo(other.getHeight());
    double sum = 0;
    for (int y = 0; y < one.getHeight(); y++) {
      for (int x = 0; x < one.getWidth(); x++) {
        for (int shift = 0; shift <= 16; shift += 8) {
          int difference = (one.getRGB(x, y) >> shift & 255) - (other.getRGB(x, y) >> shift & 255);
          sum += difference * difference;
        }
      }
    }
    double mean = sum / (3.0 * one.getWidth() * one.getHeight());
    return mean == 0 ? 99 : 10 * Math.log10(255 * 255 / mean);
  }

  @ParameterizedTest
  @CsvSource({"90, mp4", "180, mp4", "270, mp4", "90, mkv", "180, mkv", "270, mkv", "0, mkv"})
  void picturesStandAsFfmpegShowsThemAndClipsSayHow(int clockwise, String extension)
      throws IOException {
    Path file = turned(clockwise, extension);
    StreamId stream = StreamId.random();
    long firstNs = Pushed.at(archive, stream, file, START);
    Path expected = folder.resolve("expected.png");
    var _ =
        run(
            ffmpeg.class,
            "-y",
            "-i",
            file.toString(),
            "-vf",
            "select=eq(n\\,10),scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp",
            "-frames:v",
            "1",
            expected.toString());
    BufferedImage reference = ImageIO.read(expected.toFile());
    assertThat(reference.getWidth()).isEqualTo(clockwise % 180 == 90 ? 180 : 320);
    var at = new When.At(firstNs + 10 * 40_000_000L + 5_000_000, Clock.PRODUCER);
    for (DecoderKind kind : List.of(DecoderKind.FFMPEG, DecoderKind.JCODEC)) {
      try (var decoders = Decoders.open(DecoderOptions.DEFAULT.withKinds(kind))) {
        var frames = new Frames(archive, decoders);
        assertThat(
                psnr(
                    reference,
                    image(frames.picture(stream, at, PictureOutput.of(ImageFormat.PNG)))))
            .as("%s, PNG", kind)
            .isGreaterThan(40);
        var best = new PictureOutput(ImageFormat.JPEG, 100, 16_384, 16_384);
        assertThat(psnr(reference, image(frames.picture(stream, at, best))))
            .as("%s, JPEG", kind)
            .isGreaterThan(36);
        var narrow = new PictureOutput(ImageFormat.JPEG, 85, 90, 16_384);
        assertThat(image(frames.picture(stream, at, narrow)).getWidth()).isEqualTo(90);
      }
    }
    for (ClipFormat format : ClipFormat.values()) {
      assertThat(rotation(written(new Clips(archive).open(stream, ALL, Clock.PRODUCER, format))))
          .as("%s", format)
          .isEqualTo(clockwise);
    }
    // Over an hour a clip is fragmented.
    Clip fragmented = new Clips(archive, 1).open(stream, ALL, Clock.PRODUCER, ClipFormat.MP4);
    assertThat(rotation(written(fragmented))).isEqualTo(clockwise);
  }

  private static BufferedImage image(Frame frame) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(frame.file().toArray()));
    assertThat(image.getWidth()).isEqualTo(frame.width());
    assertThat(image.getHeight()).isEqualTo(frame.height());
    return image;
  }

  private static Path written(Clip clip) throws IOException {
    try (clip) {
      var whole = ByteBuffer.allocate(Math.toIntExact(clip.body().length()));
      clip.body().read(0, whole);
      return Files.write(folder.resolve("clip"), whole.array());
    }
  }

  /** Degrees clockwise that a file states. */
  private static int rotation(Path file) {
    String stated =
        run(
                ffprobe.class,
                "-show_entries",
                "stream_side_data=rotation",
                "-of",
                "csv=p=0",
                file.toString())
            .strip();
    return stated.isEmpty() ? 0 : Math.floorMod(-Integer.parseInt(stated), 360);
  }
}
