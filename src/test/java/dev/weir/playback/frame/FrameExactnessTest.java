// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.weir.model.UnsupportedMedia;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The number burnt into the picture of random instants is that of the picture that the ffmpeg
 * program shows then, on each decoder. {@code -Dweir.instants=100} looks at that many of each
 * medium: more than a thousand a decoder.
 */
final class FrameExactnessTest {

  private static final int INSTANTS = Integer.getInteger("weir.instants", 30);
  private static final PictureOutput PNG = PictureOutput.of(ImageFormat.PNG);
  private static final double LEAST_PSNR = 40;
  private static final List<String> SAMPLES =
      List.of(
          "h264-aac.mkv",
          "h264-aac.mp4",
          "h264-aac-frag-every-frame.mp4",
          "hevc-aac.mkv",
          "hevc-aac.mp4",
          "h264-opus.mkv",
          "h264-long-gop.mkv",
          "h264-baseline-2997.mkv",
          "h264-720p.mkv");

  private static final Set<MadeMedia> NOT_BY_HUMBLE =
      EnumSet.of(MadeMedia.HEVC_10_BITS, MadeMedia.H264_10_BITS, MadeMedia.ODD);
  private static final Set<MadeMedia> NOT_BY_JCODEC =
      EnumSet.of(MadeMedia.HEVC, MadeMedia.HEVC_10_BITS, MadeMedia.H264_10_BITS, MadeMedia.ODD);

  @TempDir static Path folder;

  private static Archive archive;
  private static final Map<DecoderKind, Decoders> DECODERS = new EnumMap<>(DecoderKind.class);

  /** A medium as the ffmpeg program decodes it, and as it was pushed. */
  private record Medium(SourceFrames source, StreamId stream, long anchorNs) {}

  private static final Map<Path, Medium> MEDIA = new HashMap<>();

  @BeforeAll
  static void open() {
    archive = DiskArchive.open(ArchiveOptions.of(folder.resolve("data")), InstantSource.system());
    var options = DecoderOptions.DEFAULT.withFolder(Path.of("target", "decoders"));
    for (DecoderKind kind : DecoderKind.values()) {
      DECODERS.put(kind, Decoders.open(options.withKinds(kind)));
    }
  }

  @AfterAll
  static void close() throws IOException {
    DECODERS.values().forEach(Decoders::close);
    archive.close();
    for (Medium medium : MEDIA.values()) {
      medium.source.close();
    }
    MEDIA.clear();
  }

  static List<Arguments> samples() {
    var all = new ArrayList<Arguments>();
    for (DecoderKind kind : DecoderKind.values()) {
      SAMPLES.stream()
          .filter(sample -> kind != DecoderKind.JCODEC || !sample.startsWith("hevc"))
          .forEach(sample -> all.add(Arguments.of(kind, sample)));
    }
    return all;
  }

  static List<Arguments> made() {
    var all = new ArrayList<Arguments>();
    for (DecoderKind kind : DecoderKind.values()) {
      for (MadeMedia medium : MadeMedia.values()) {
        all.add(Arguments.of(kind, medium));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource
  void samples(DecoderKind kind, String sample) throws IOException {
    randomInstantsShowTheSourcesFrames(kind, medium(Path.of("media-samples", sample)));
  }

  @ParameterizedTest
  @MethodSource
  void made(DecoderKind kind, MadeMedia made) throws IOException {
    Path file = folder.resolve(made.name());
    Medium medium = MEDIA.get(file);
    if (medium == null) {
      medium = read(made.in(folder));
      MEDIA.put(file, medium);
    }
    boolean refused =
        (kind == DecoderKind.HUMBLE && NOT_BY_HUMBLE.contains(made))
            || (kind == DecoderKind.JCODEC && NOT_BY_JCODEC.contains(made));
    if (refused) {
      Medium asked = medium;
      assertThatThrownBy(() -> picture(kind, asked, asked.anchorNs))
          .isInstanceOf(UnsupportedMedia.class);
    } else {
      randomInstantsShowTheSourcesFrames(kind, medium);
    }
  }

  private static Medium medium(Path file) throws IOException {
    Medium known = MEDIA.get(file);
    if (known == null) {
      known = read(file);
      MEDIA.put(file, known);
    }
    return known;
  }

  private static Medium read(Path file) throws IOException {
    StreamId stream = StreamId.random();
    return new Medium(
        SourceFrames.decode(file, folder), stream, Pushed.into(archive, stream, file));
  }

  private static Frame picture(DecoderKind kind, Medium medium, long atNs) {
    return new Frames(archive, Objects.requireNonNull(DECODERS.get(kind)))
        .picture(medium.stream, new When.At(atNs, Clock.PRODUCER), PNG);
  }

  private static void randomInstantsShowTheSourcesFrames(DecoderKind kind, Medium medium)
      throws IOException {
    SourceFrames source = medium.source;
    long firstNs = source.timeNs(0);
    long lastNs = source.timeNs(source.count() - 1);
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < INSTANTS; i++) {
      long atNs = firstNs + random.nextLong(lastNs - firstNs + 1);
      int expected = source.shownAt(atNs);
      Frame frame = picture(kind, medium, medium.anchorNs + atNs - firstNs);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(frame.file().toArray()));
      String what = "seed " + seed + ", at " + atNs + " ns, frame " + expected;
      assertThat(SourceFrames.counter(image)).as(what).isEqualTo(expected);
      // Only swscale interpolates chroma as swscale does.
      double psnr =
          kind == DecoderKind.FFMPEG
              ? source.psnr(expected, image)
              : source.lumaPsnr(expected, image);
      assertThat(psnr).as("PSNR, " + what).isGreaterThan(LEAST_PSNR);
      assertThat(frame.producerTimeNs() - medium.anchorNs + firstNs)
          .as("time, " + what)
          .isBetween(source.timeNs(expected) - 1_000_000, source.timeNs(expected) + 1_000_000);
      assertThat(frame.width()).isEqualTo(image.getWidth());
    }
  }
}
