// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips over gaps, runs and changes; long clips; and ranges with nothing in them. */
final class JoinedClipTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long TICK_NS = 1_000_000;
  private static final long START_NS = 1_700_000_000L * SECOND;
  private static final String SAMPLE = "h264-aac.mkv";
  private static final String SOURCE = "media-samples/h264-aac.mkv";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(ClipFormat.class)
  void aGapIsLeftOutAndBothSidesStayInSync(ClipFormat format) {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      recording.pushAt(SAMPLE, START_NS + 60 * SECOND);
      try (Clip clip = clip(recording, TimeRange.ALL, format)) {
        assertThat(clip.pieces()).hasSize(2);
        long lengthNs = clip.pieces().getFirst().toNs() - clip.pieces().getFirst().fromNs();
        String file = write(clip);
        Frames video = Frames.video(SOURCE);
        Frames audio = Frames.audio(SOURCE);
        long first = half(Frames.video(file), 0).assertSameAs(video, TICK_NS);
        long second = half(Frames.video(file), 1).assertSameAs(video, TICK_NS);
        assertThat(second - first).isBetween(lengthNs - TICK_NS, lengthNs + TICK_NS);
        long firstSound = packetOffset(file, audio.frames().size(), 0);
        long secondSound = packetOffset(file, audio.frames().size(), 1);
        assertThat(secondSound - firstSound)
            .isBetween(second - first - 2 * TICK_NS, second - first + 2 * TICK_NS);
      }
    }
  }

  @Test
  void aRangeOverAGapBeginsAndEndsExactly() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      recording.pushAt(SAMPLE, START_NS + 60 * SECOND);
      // Pictures begin some milliseconds after media time zero.
      long zero = recording.presentationNs(TrackKind.VIDEO).getFirst();
      var range = new TimeRange(zero + 5 * SECOND, zero + 63 * SECOND);
      try (Clip clip = clip(recording, range, ClipFormat.MP4)) {
        assertThat(clip.fromNs()).isEqualTo(range.fromNs());
        assertThat(clip.toNs()).isEqualTo(range.toNs());
        List<String> source = Frames.video(SOURCE).hashes();
        var expected = new ArrayList<>(source.subList(125, 200));
        expected.addAll(source.subList(0, 75));
        assertThat(Frames.video(write(clip)).hashes()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ClipFormat.class)
  void runsThatFollowOneAnotherAreOnePieceInProducerTime(ClipFormat format) {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.push(SAMPLE);
      recording.push(SAMPLE);
      List<Long> pictures = recording.presentationNs(TrackKind.VIDEO);
      try (Clip clip = clip(recording, TimeRange.ALL, format)) {
        assertThat(clip.pieces()).hasSize(1);
        Frames found = Frames.video(write(clip));
        half(found, 0).assertSameAs(Frames.video(SOURCE), TICK_NS);
        half(found, 1).assertSameAs(Frames.video(SOURCE), TICK_NS);
        for (int i = 0; i < pictures.size(); i++) {
          long expected = pictures.get(i) - clip.fromNs();
          assertThat(found.frames().get(i).ptsNs())
              .isBetween(expected - TICK_NS, expected + TICK_NS);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ClipFormat.class)
  void aChangeOfCodecIsAConflictThatNamesTheRanges(ClipFormat format) {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      recording.pushAt("hevc-aac.mkv", START_NS + 20 * SECOND);
      assertThatThrownBy(() -> clip(recording, TimeRange.ALL, format))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("2023-11-14T22:13:20")
          .hasMessageContaining("avc1.")
          .hasMessageContaining("2023-11-14T22:13:40")
          .hasMessageContaining("hvc1.");
      var before = new TimeRange(START_NS, START_NS + 20 * SECOND);
      try (Clip clip = clip(recording, before, format)) {
        assertThat(Frames.video(write(clip)).hashes()).isEqualTo(Frames.video(SOURCE).hashes());
      }
      assertThat(recording.archive.openLeases()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h264-aac.mkv", "hevc-aac.mp4", "h264-long-gop.mkv", "aac.mka"})
  void aLongClipIsFragmentedWithAnIndex(String sample) {
    String source = "media-samples/" + sample;
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(sample, START_NS);
      recording.pushAt(sample, START_NS + 60 * SECOND);
      var clips = new Clips(recording.archive(), SECOND);
      try (Clip clip =
          clips.open(recording.stream, TimeRange.ALL, Clock.PRODUCER, ClipFormat.MP4)) {
        String file = write(clip);
        if (!recording.presentationNs(TrackKind.VIDEO).isEmpty()) {
          half(Frames.video(file), 0).assertSameAs(Frames.video(source), TICK_NS);
          half(Frames.video(file), 1).assertSameAs(Frames.video(source), TICK_NS);
        }
        if (!recording.presentationNs(TrackKind.AUDIO).isEmpty()) {
          half(Frames.audio(file), 0).assertSameAs(Frames.audio(source), TICK_NS);
        }
        assertIndexed(clip);
      }
    }
  }

  @Test
  void aFragmentedClipShowsItsRange() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      long zero = recording.presentationNs(TrackKind.VIDEO).getFirst();
      var range = new TimeRange(zero + 3 * SECOND, zero + 6 * SECOND + 20_000_000);
      try (Clip clip =
          new Clips(recording.archive(), SECOND)
              .open(recording.stream, range, Clock.PRODUCER, ClipFormat.MP4)) {
        // ffmpeg takes the start from the edit list of a fragmented file and hides nothing.
        List<String> shown =
            Frames.video(write(clip)).frames().stream()
                .filter(frame -> frame.ptsNs() >= 0 && frame.ptsNs() < 3_020_000_000L)
                .map(Frames.Frame::hash)
                .toList();
        assertThat(shown).isEqualTo(Frames.video(SOURCE).hashes().subList(75, 151));
        assertIndexed(clip);
      }
    }
  }

  @Test
  void whatWasBeingReceivedIsAClipByTheServersClock() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      try (Clip clip =
          new Clips(recording.archive())
              .open(recording.stream, TimeRange.ALL, Clock.SERVER, ClipFormat.MKV)) {
        assertThat(Frames.video(write(clip)).hashes()).isEqualTo(Frames.video(SOURCE).hashes());
      }
      var sent = new TimeRange(START_NS, START_NS + SECOND);
      assertThatThrownBy(() ->
              new Clips(recording.archive())
                  .open(recording.stream, sent, Clock.SERVER, ClipFormat.MKV))
          .isInstanceOf(NotFound.class);
    }
  }

  @Test
  void everyCueOfMatroskaPointsAtACluster() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      try (Clip clip = clip(recording, TimeRange.ALL, ClipFormat.MKV)) {
        byte[] bytes = Recording.bytes(clip.body(), 0, Math.toIntExact(clip.body().length()));
        var file = ByteBuffer.wrap(bytes);
        int segment = indexOf(file, 0, 0x18538067) + 12;
        assertThat(segment + (file.getLong(segment - 8) & 0xff_ffff_ffff_ffffL))
            .isEqualTo(bytes.length);
        int cues = indexOf(file, segment, 0x1C53BB6B) + 8;
        int cuesEnd = cues + (file.getInt(cues - 4) & 0xfff_ffff);
        assertThat(cuesEnd - cues).isEqualTo(4 * 40);
        for (int cue = cues; cue < cuesEnd; cue += 40) {
          int position = segment + (int) file.getLong(cue + 32);
          assertThat(file.getInt(position)).as("cue at %d", cue).isEqualTo(0x1F43B675);
        }
      }
    }
  }

  private static int indexOf(ByteBuffer file, int from, int id) {
    int at = from;
    while (file.getInt(at) != id) {
      at++;
    }
    return at;
  }

  @Test
  void theEntityTagTellsClipsApartAndStaysTheSame() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      var range = new TimeRange(START_NS + SECOND, START_NS + 3 * SECOND);
      var later = new TimeRange(START_NS + SECOND, START_NS + 3 * SECOND + 1);
      var tags = new ArrayList<String>();
      for (ClipFormat format : ClipFormat.values()) {
        for (TimeRange each : List.of(range, later)) {
          try (Clip clip = clip(recording, each, format);
              Clip again = clip(recording, each, format)) {
            assertThat(clip.etag()).matches("\"[0-9a-f]{32}\"").isEqualTo(again.etag());
            tags.add(clip.etag());
          }
        }
      }
      assertThat(tags).doesNotHaveDuplicates();
    }
  }

  @Test
  void aRangeWithNothingInItIsNotFound() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      recording.pushAt(SAMPLE, START_NS + 60 * SECOND);
      for (TimeRange range :
          List.of(
              new TimeRange(START_NS - 10 * SECOND, START_NS),
              new TimeRange(START_NS + 9 * SECOND, START_NS + 59 * SECOND),
              new TimeRange(START_NS + 70 * SECOND, Long.MAX_VALUE),
              new TimeRange(Long.MIN_VALUE, 0),
              new TimeRange(START_NS + SECOND, START_NS + SECOND))) {
        for (ClipFormat format : ClipFormat.values()) {
          assertThatThrownBy(() -> clip(recording, range, format))
              .as(range.toString())
              .isInstanceOf(NotFound.class);
        }
      }
      assertThatThrownBy(() ->
              new Clips(recording.archive())
                  .open(StreamId.random(), TimeRange.ALL, Clock.PRODUCER, ClipFormat.MP4))
          .isInstanceOf(NotFound.class);
      assertThat(recording.archive.openLeases()).isZero();
    }
  }

  @Test
  void moreThanADayIsTooMuch() {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt(SAMPLE, START_NS);
      recording.pushAt(SAMPLE, START_NS + 25 * 3600 * SECOND);
      assertThatThrownBy(() -> clip(recording, TimeRange.ALL, ClipFormat.MP4))
          .isInstanceOf(LimitExceeded.class);
    }
  }

  private static Clip clip(Recording recording, TimeRange range, ClipFormat format) {
    return new Clips(recording.archive()).open(recording.stream, range, Clock.PRODUCER, format);
  }

  private static Frames half(Frames frames, int which) {
    int count = frames.frames().size() / 2;
    return new Frames(frames.frames().subList(which * count, (which + 1) * count));
  }

  /** Time of the first of one half of the audio packets. */
  private static long packetOffset(String file, int count, int half) {
    List<Long> times =
        Program.run(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "a:0",
                "-show_entries",
                "packet=pts_time",
                "-of",
                "csv=p=0",
                file)
            .lines()
            .filter(line -> !line.isBlank())
            .map(line -> new BigDecimal(line.replace(",", "")).movePointRight(9))
            .map(BigDecimal::longValue)
            .toList();
    assertThat(times).hasSize(2 * count);
    return times.get(half * count);
  }

  /** The references of sidx lie end to end from its own end to that of the file, each at a moof. */
  private static void assertIndexed(Clip clip) {
    byte[] bytes = Recording.bytes(clip.body(), 0, Math.toIntExact(clip.body().length()));
    var file = ByteBuffer.wrap(bytes);
    int at = 0;
    while (file.getInt(at + 4) != 0x73696478) {
      at += file.getInt(at);
    }
    int count = file.getShort(at + 38) & 0xffff;
    int reference = at + file.getInt(at);
    long ticks = 0;
    for (int i = 0; i < count; i++) {
      assertThat(file.getInt(reference + 4)).as("reference %d", i).isEqualTo(0x6d6f6f66);
      reference += file.getInt(at + 40 + 12 * i);
      ticks += file.getInt(at + 44 + 12 * i);
    }
    assertThat(reference).isEqualTo(bytes.length);
    int timescale = file.getInt(at + 16);
    long lengthNs = clip.pieces().stream().mapToLong(each -> each.toNs() - each.fromNs()).sum();
    assertThat(ticks * SECOND / timescale).isGreaterThanOrEqualTo(lengthNs - SECOND);
  }

  private String write(Clip clip) {
    String file =
        Recording.file(clip.body(), folder.resolve(clip.etag().substring(1, 33))).toString();
    assertThat(Program.run("ffprobe", "-v", "error", "-show_streams", file)).isNotEmpty();
    return file;
  }
}
