// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.decode.DecoderKind;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.model.Clock;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FrameSeriesTest {

  private static final FrameForm PNG = new FrameForm(true, 85, 16_384, 16_384);
  private static final long MILLI = 1_000_000;
  private static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  @TempDir static Path folder;

  private static Archive archive;
  private static Decoders decoders;

  @BeforeAll
  static void open() {
    archive = DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
    decoders = Decoders.open(DecoderOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    decoders.close();
    archive.close();
  }

  private static StreamId pushed(String... samples) throws IOException {
    StreamId stream = StreamId.random();
    for (String sample : samples) {
      Pushed.into(archive, stream, Path.of("media-samples", sample));
    }
    return stream;
  }

  private static FrameSeries series(StreamId stream, TimeRange range, long everyMs, boolean keys) {
    return new Frames(archive, decoders)
        .series(stream, range, Clock.PRODUCER, everyMs * MILLI, keys, PNG);
  }

  private static List<Frame> all(FrameSeries series) {
    var frames = new ArrayList<Frame>();
    for (var next = series.next(); next.isPresent(); next = series.next()) {
      frames.add(next.get());
    }
    return frames;
  }

  private static int counter(Frame frame) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(frame.file().toArray()));
      return SourceFrames.counter(image);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "h264-aac.mkv, 200, 200, 4",
    "h264-long-gop.mkv, 40, 500, 2",
    "hevc-aac.mp4, 1000, 200, 4",
    "h264-baseline-2997.mkv, 100, 240, 4",
  })
  void everyPictureIsTheOneOfItsInstantAndEachKeyFrameIsDecodedFromOnce(
      String sample, int everyMs, int count, int keyFrames) throws IOException {
    StreamId stream = pushed(sample);
    var one = new Frames(archive, decoders);
    List<Frame> found = all(series(stream, ALL, everyMs, false));
    long firstNs = found.getFirst().producerTimeNs();
    long endNs = archive.status(stream).lastProducerNs();
    assertThat(found).hasSize((int) Math.ceilDiv(endNs - firstNs, everyMs * MILLI));
    for (int i = 0; i < found.size(); i += 7) {
      var at = new When.At(firstNs + MILLI * everyMs * i, Clock.PRODUCER);
      assertThat(found.get(i)).isEqualTo(one.picture(stream, at, PNG.output()));
    }
    assertThat(counter(found.getLast())).isLessThan(count).isGreaterThan(count - 31);
    var plan = new SeriesPlan<>(archive, stream, ALL, everyMs * MILLI, false, Passes.Pass::read);
    int passes = 0;
    for (var pass = plan.next(); pass.isPresent(); pass = plan.next()) {
      passes++;
    }
    assertThat(passes).isEqualTo(keyFrames);
  }

  @Test
  void aPictureThatStandsForSeveralInstantsIsGivenOnce() throws IOException {
    StreamId stream = pushed("h264-opus.mkv");
    List<Frame> found = all(series(stream, ALL, 7, false));
    assertThat(found.stream().map(FrameSeriesTest::counter))
        .containsExactlyElementsOf(IntStream.range(0, 150).boxed().toList());
  }

  @Test
  void nearestKeyGivesKeyFramesAlone() throws IOException {
    StreamId stream = pushed("h264-aac.mkv");
    List<Frame> found = all(series(stream, ALL, 100, true));
    assertThat(found.stream().map(FrameSeriesTest::counter)).containsExactly(0, 50, 100, 150);
    assertThat(found).allMatch(Frame::sync);
  }

  @Test
  void holesAreCrossedAndRunsFollowEachOther() throws IOException {
    StreamId stream = StreamId.random();
    Path sample = Path.of("media-samples/h264-aac.mkv");
    long dayNs = 86_400_000_000_000L;
    Pushed.at(archive, stream, sample, 1_767_225_600_000_000_000L);
    Pushed.at(archive, stream, sample, 1_767_225_600_000_000_000L + dayNs);
    List<Frame> found = all(series(stream, ALL, 1000, false));
    assertThat(found.stream().map(FrameSeriesTest::counter))
        .containsExactly(0, 25, 50, 75, 100, 125, 150, 175, 0, 25, 50, 75, 100, 125, 150, 175);
    assertThat(found.get(8).producerTimeNs() - found.getFirst().producerTimeNs()).isEqualTo(dayNs);
  }

  @Test
  void aPassThatFillsAnAnswerGoesOnWithTheRest() throws IOException {
    StreamId stream = pushed("h264-720p.mkv");
    try (var humble =
        Decoders.open(
            DecoderOptions.DEFAULT
                .withFolder(Path.of("target", "decoders"))
                .withKinds(DecoderKind.FFMPEG))) {
      // 75 pictures of 1280x720 as PNG are more than the 8 MB that one answer holds.
      var series =
          new Frames(archive, humble).series(stream, ALL, Clock.PRODUCER, 40 * MILLI, false, PNG);
      assertThat(all(series).stream().map(FrameSeriesTest::counter))
          .containsExactlyElementsOf(IntStream.range(0, 75).boxed().toList());
    }
  }

  @Test
  void whereNothingWasRecordedThereIsNothing() throws IOException {
    assertThat(series(StreamId.random(), ALL, 1000, false).next()).isEqualTo(Optional.empty());
    StreamId stream = pushed("aac.mka");
    assertThat(series(stream, ALL, 1000, false).next()).isEqualTo(Optional.empty());
  }
}
