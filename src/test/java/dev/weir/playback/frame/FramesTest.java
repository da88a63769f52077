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
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.UnsupportedMedia;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FramesTest {

  private static final PictureOutput PNG = PictureOutput.of(ImageFormat.PNG);

  @TempDir static Path folder;

  private static Archive archive;
  private static Decoders auto;

  @BeforeAll
  static void open() {
    archive = DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
    auto = Decoders.open(DecoderOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    auto.close();
    archive.close();
  }

  @Test
  void leadingPicturesOfAnOpenGopAreDecodedFromTheKeyFrameBefore() throws IOException {
    StreamId stream = StreamId.random();
    long anchorNs = push(stream, "h264-long-gop.mkv");
    var frames = new Frames(archive, auto);
    // The second key frame is number 250; the pictures just before it follow it in decode order.
    for (int number = 244; number <= 252; number++) {
      var at = new When.At(anchorNs + number * 40_000_000L + 20_000_000L, Clock.PRODUCER);
      Frame frame = frames.picture(stream, at, PNG);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(frame.file().toArray()));
      assertThat(SourceFrames.counter(image)).isEqualTo(number);
      assertThat(frame.sync()).isEqualTo(number == 250);
      assertThat(frames.keyFrame(stream, at).producerTimeNs() - anchorNs)
          .isEqualTo(number < 250 ? 0 : 10_000_000_000L);
    }
  }

  @Test
  void eachOfTwoRunsAnswersForItsOwnTime() throws IOException {
    StreamId stream = StreamId.random();
    long firstNs = push(stream, "h264-aac.mkv");
    long secondNs = push(stream, "h264-720p.mkv");
    assertThat(secondNs).isGreaterThanOrEqualTo(firstNs + 8_000_000_000L);
    var frames = new Frames(archive, auto);
    var before = new When.At(secondNs - 10_000_000, Clock.PRODUCER);
    var after = new When.At(secondNs + 10_000_000, Clock.PRODUCER);
    assertThat(frames.picture(stream, before, PNG).height()).isEqualTo(270);
    assertThat(frames.picture(stream, after, PNG).height()).isEqualTo(720);
  }

  @Test
  void theTimeInMillisecondsNamesTheSamePictureAgain() throws IOException {
    StreamId stream = StreamId.random();
    long anchorNs = push(stream, "h264-baseline-2997.mkv");
    var frames = new Frames(archive, auto);
    for (int i = 0; i < 30; i++) {
      var at = new When.At(anchorNs + i * 40_000_003L, Clock.PRODUCER);
      Frame once = frames.picture(stream, at, PNG);
      var rounded = new When.At(once.producerTimeMs() * 1_000_000, Clock.PRODUCER);
      assertThat(frames.picture(stream, rounded, PNG)).isEqualTo(once);
    }
  }

  @Test
  void latestIsTheLastPictureAndTheServersClockCountsFromArrival() throws IOException {
    StreamId stream = StreamId.random();
    push(stream, "h264-aac.mkv");
    var frames = new Frames(archive, auto);
    BufferedImage latest =
        ImageIO.read(
            new ByteArrayInputStream(
                frames.picture(stream, new When.Latest(), PNG).file().toArray()));
    assertThat(SourceFrames.counter(latest)).isEqualTo(199);
    long serverNs;
    try (var edge = archive.liveEdge(stream, Long.MAX_VALUE / 4)) {
      serverNs = edge.fragments().getFirst().serverTimeNs();
    }
    var at = new When.At(serverNs, Clock.SERVER);
    assertThat(frames.picture(stream, at, PNG).width()).isEqualTo(480);
  }

  @Test
  void whereNothingWasRecordedThereIsNoPicture() throws IOException {
    StreamId stream = StreamId.random();
    var frames = new Frames(archive, auto);
    assertThatThrownBy(() -> frames.picture(stream, new When.Latest(), PNG))
        .isInstanceOf(NotFound.class);
    long anchorNs = push(stream, "h264-aac.mkv");
    for (long atNs :
        new long[] {Long.MIN_VALUE, 0, anchorNs - 1, anchorNs + 8_050_000_000L, Long.MAX_VALUE}) {
      for (Clock clock : Clock.values()) {
        if (clock == Clock.PRODUCER || Math.abs(atNs / 2 - anchorNs / 2) > 30_000_000_000L) {
          assertThatThrownBy(() -> frames.picture(stream, new When.At(atNs, clock), PNG))
              .as("%s by %s", atNs, clock)
              .isInstanceOf(NotFound.class);
        }
      }
    }
    assertThatThrownBy(() -> frames.keyFrame(stream, new When.At(0, Clock.PRODUCER)))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void audioAloneHasNoPicture() throws IOException {
    StreamId stream = StreamId.random();
    push(stream, "aac.mka");
    assertThatThrownBy(() -> new Frames(archive, auto).picture(stream, new When.Latest(), PNG))
        .isInstanceOf(NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "hevc-aac.mp4"})
  void keyFrameIsAnMp4OfTheFrameBefore(String sample) throws IOException {
    StreamId stream = StreamId.random();
    long anchorNs = push(stream, sample);
    Frame key =
        new Frames(archive, auto)
            .keyFrame(stream, new When.At(anchorNs + 3_000_000_000L, Clock.PRODUCER));
    assertThat(key.producerTimeNs() - anchorNs).isEqualTo(2_000_000_000L);
    Path file = folder.resolve("key.mp4");
    Files.write(file, key.file().toArray());
    try (var decoded = SourceFrames.decode(file, folder);
        var source = SourceFrames.decode(Path.of("media-samples", sample), folder)) {
      assertThat(decoded.count()).isEqualTo(1);
      assertThat(decoded.sameAs(0, source, 50)).isTrue();
    }
  }

  @Test
  void jpegIsScaledToFitAndNeverEnlarged() throws IOException {
    StreamId stream = StreamId.random();
    push(stream, "h264-aac.mkv");
    var frames = new Frames(archive, auto);
    var half = new PictureOutput(ImageFormat.JPEG, 90, 240, 10_000);
    Frame small = frames.picture(stream, new When.Latest(), half);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(small.file().toArray()));
    assertThat(image.getWidth()).isEqualTo(240).isEqualTo(small.width());
    assertThat(image.getHeight()).isEqualTo(135).isEqualTo(small.height());
    var large = new PictureOutput(ImageFormat.JPEG, 90, 4000, 4000);
    Frame whole = frames.picture(stream, new When.Latest(), large);
    assertThat(whole.width()).isEqualTo(480);
    assertThat(whole.mediaType()).isEqualTo("image/jpeg");
    BufferedImage full = ImageIO.read(new ByteArrayInputStream(whole.file().toArray()));
    assertThat(SourceFrames.counter(full)).isEqualTo(199);
    try (var source = SourceFrames.decode(Path.of("media-samples/h264-aac.mkv"), folder)) {
      assertThat(source.psnr(199, full)).isGreaterThan(30);
    }
  }

  @Test
  void hevcIsRefusedWhereJCodecIsAlone() throws IOException {
    StreamId stream = StreamId.random();
    push(stream, "hevc-aac.mkv");
    try (var decoders = Decoders.open(DecoderOptions.DEFAULT.withKinds(DecoderKind.JCODEC))) {
      var frames = new Frames(archive, decoders);
      assertThatThrownBy(() -> frames.picture(stream, new When.Latest(), PNG))
          .isInstanceOf(UnsupportedMedia.class)
          .hasMessageContaining("ffmpeg or humble");
    }
  }

  private static long push(StreamId stream, String sample) throws IOException {
    return Pushed.into(archive, stream, Path.of("media-samples", sample));
  }
}
