// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.decode.DecoderOptions;
import dev.weir.decode.Decoders;
import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.clip.Clip;
import dev.weir.playback.clip.ClipFormat;
import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TimelapseTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_767_225_600L * SECOND;

  /** The first picture of the sample is so late. */
  private static final long FIRST = START + 21_000_000;

  private static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  @TempDir static Path folder;

  private static Archive archive;
  private static Decoders decoders;
  private static Frames frames;

  @BeforeAll
  static void open() {
    archive = DiskArchive.open(ArchiveOptions.of(folder.resolve("data")), InstantSource.system());
    decoders = Decoders.open(DecoderOptions.DEFAULT);
    frames = new Frames(archive, decoders);
  }

  @AfterAll
  static void close() {
    decoders.close();
    archive.close();
  }

  private static StreamId pushed(String... samples) throws IOException {
    StreamId stream = StreamId.random();
    long at = START;
    for (String sample : samples) {
      Pushed.at(archive, stream, Path.of("media-samples", sample), at);
      at += 3600 * SECOND;
    }
    return stream;
  }

  private static Path written(Clip clip) throws IOException {
    try (clip) {
      // In steps, as a socket takes it.
      var whole = ByteBuffer.allocate(Math.toIntExact(clip.body().length()));
      while (whole.hasRemaining()) {
        int at = whole.position();
        var step = ByteBuffer.allocate(Math.min(60_000, whole.remaining()));
        clip.body().read(at, step);
        whole.put(step.flip());
      }
      Path file = Files.createTempFile(folder, "timelapse", clip.contentType().substring(6, 8));
      return Files.write(file, whole.array());
    }
  }

  /** Hashes of a file's video packets as the container has them, at their times. */
  private static List<String> packets(Path file, String selected) {
    String out =
        Program.run(
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "packet=" + selected + ",data_hash",
            "-show_data_hash",
            "sha256",
            "-of",
            "csv=p=0",
            file.toString());
    return out.lines().filter(line -> !line.isBlank()).toList();
  }

  private static List<String> keyPackets(String sample) {
    return packets(Path.of("media-samples", sample), "flags").stream()
        .filter(line -> line.startsWith("K"))
        .map(line -> line.substring(line.indexOf("SHA")))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "h264-aac.mkv, MP4",
    "h264-aac.mkv, MKV",
    "h264-long-gop.mkv, MP4",
    "hevc-aac.mp4, MP4",
    "hevc-aac.mp4, MKV",
  })
  void picturesAreTheKeyFramesBitForBitAndOneFollowsAnotherAtTheRate(
      String sample, ClipFormat format) throws IOException {
    StreamId stream = pushed(sample);
    Path film = written(frames.timelapse(stream, ALL, Clock.PRODUCER, SECOND, 25, format));
    List<String> found = packets(film, "pts_time");
    assertThat(found.stream().map(line -> line.substring(line.indexOf("SHA"))))
        .containsExactlyElementsOf(keyPackets(sample));
    assertThat(
            found.stream()
                .map(line -> Math.round(1000 * Double.parseDouble(line.split(",", -1)[0]))))
        .containsExactlyElementsOf(
            IntStream.range(0, found.size()).mapToObj(i -> i * 40L).toList());
    try (var decoded = SourceFrames.decode(film, folder)) {
      assertThat(decoded.count()).isEqualTo(found.size());
    }
    assertThat(
            Program.run(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_type",
                "-of",
                "csv=p=0",
                film.toString()))
        .isEqualToIgnoringNewLines("video");
  }

  @Test
  void instantsInAHoleHaveNoPictureAndAKeyFrameIsShownOnce() throws IOException {
    StreamId stream = pushed("h264-aac.mkv", "h264-aac.mkv");
    assertThat(count(stream, ALL, SECOND / 10)).isEqualTo(8);
    assertThat(count(stream, ALL, 4 * SECOND)).isEqualTo(4);
    var second = new TimeRange(START + 3600 * SECOND - SECOND, START + 3604 * SECOND);
    assertThat(count(stream, second, SECOND)).isEqualTo(2);
    try (Clip clip = frames.timelapse(stream, second, Clock.PRODUCER, SECOND, 5, ClipFormat.MP4)) {
      assertThat(clip.fromNs()).isEqualTo(FIRST + 3600 * SECOND);
      assertThat(clip.toNs()).isEqualTo(FIRST + 3603 * SECOND);
    }
  }

  private static int count(StreamId stream, TimeRange range, long everyNs) throws IOException {
    Clip clip = frames.timelapse(stream, range, Clock.PRODUCER, everyNs, 25, ClipFormat.MP4);
    return packets(written(clip), "size").size();
  }

  @Test
  void theTagChangesWithWhatIsAsked() throws IOException {
    StreamId stream = pushed("h264-aac.mkv");
    assertThat(tag(stream, SECOND, 25)).isEqualTo(tag(stream, SECOND, 25));
    assertThat(tag(stream, SECOND, 24)).isNotEqualTo(tag(stream, SECOND, 25));
    assertThat(tag(stream, 4 * SECOND, 25)).isNotEqualTo(tag(stream, SECOND, 25));
  }

  private static String tag(StreamId stream, long everyNs, int rate) {
    try (Clip clip = frames.timelapse(stream, ALL, Clock.PRODUCER, everyNs, rate, ClipFormat.MP4)) {
      return clip.etag();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeOneFilmIsRefused(ClipFormat format) throws IOException {
    StreamId changing = pushed("h264-aac.mkv", "hevc-aac.mkv");
    assertThatThrownBy(() -> frames.timelapse(changing, ALL, Clock.PRODUCER, SECOND, 25, format))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("until 2026-01-01T01:00:00.021Z");
    StreamId sound = pushed("aac.mka");
    assertThatThrownBy(() -> frames.timelapse(sound, ALL, Clock.PRODUCER, SECOND, 25, format))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void byTheServersClockTheRangeIsWhatWasReceivedThen() throws IOException {
    StreamId stream = pushed("h264-aac.mkv");
    long nowNs = InstantSource.system().millis() * 1_000_000;
    var hour = new TimeRange(nowNs - 3600 * SECOND, nowNs + 3600 * SECOND);
    assertThatThrownBy(
            () -> frames.timelapse(stream, hour, Clock.PRODUCER, SECOND, 25, ClipFormat.MP4))
        .isInstanceOf(NotFound.class);
    try (Clip clip = frames.timelapse(stream, hour, Clock.SERVER, SECOND, 25, ClipFormat.MP4)) {
      assertThat(clip.fromNs()).isEqualTo(FIRST);
    }
    var form = new FrameForm(false, 85, 64, 64);
    assertThat(frames.series(stream, hour, Clock.SERVER, SECOND, true, form).next())
        .get()
        .returns(FIRST, Frame::producerTimeNs);
  }
}
