// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bytes.ByteSource;
import dev.weir.model.FragmentNumber;
import dev.weir.model.TrackKind;
import dev.weir.playback.clip.Recording;
import dev.weir.testing.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class EndlessMediaTest {

  private static final long TICK_NS = 1_000_000;
  private static final long START_NS = 1_700_000_000_000_000_000L;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "MKV, h264-aac.mkv",
    "MKV, h264-aac.mp4",
    "MKV, hevc-aac.mkv",
    "MKV, h264-long-gop.mkv",
    "MKV, h264-baseline-2997.mkv",
    "MKV, aac.mka",
    "MP4, h264-aac.mkv",
    "MP4, hevc-aac.mp4",
    "MP4, h264-baseline-2997.mkv",
    "MP4, aac.mka"
  })
  void everyFrameComesBack(LiveFormat format, String sample) throws IOException {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.push(sample);
      String source = Path.of("media-samples", sample).toString();
      try (EndlessMedia media = open(recording, new LiveStart.Earliest(), format)) {
        String file = write(media, format);
        long videoOffset = 0;
        if (!recording.presentationNs(TrackKind.VIDEO).isEmpty()) {
          videoOffset = Frames.video(file).assertSameAs(Frames.video(source), TICK_NS);
        }
        if (!recording.presentationNs(TrackKind.AUDIO).isEmpty()) {
          long audioOffset = Frames.audio(file).assertSameAs(Frames.audio(source), TICK_NS);
          if (videoOffset != 0) {
            assertThat(audioOffset - videoOffset).isBetween(-TICK_NS, TICK_NS);
          }
        }
        assertThat(media.ended()).isFalse();
      }
      assertThat(recording.archive.openLeases()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(LiveFormat.class)
  void aSecondRunWithTheSameTracksGoesOnInProducerTime(LiveFormat format) throws IOException {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt("h264-aac.mkv", START_NS);
      recording.pushAt("h264-aac.mkv", START_NS + 60_000_000_000L);
      try (EndlessMedia media = open(recording, new LiveStart.Earliest(), format)) {
        Frames found = Frames.video(write(media, format));
        Frames source = Frames.video("media-samples/h264-aac.mkv");
        int count = source.frames().size();
        long first = new Frames(found.frames().subList(0, count)).assertSameAs(source, TICK_NS);
        long second =
            new Frames(found.frames().subList(count, 2 * count)).assertSameAs(source, TICK_NS);
        assertThat(second - first).isBetween(60_000_000_000L - TICK_NS, 60_000_000_000L + TICK_NS);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LiveFormat.class)
  void itEndsWhereTheTracksChangeAndGoesOnAfterThatNumber(LiveFormat format) throws IOException {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt("h264-aac.mkv", START_NS);
      recording.pushAt("h264-720p.mkv", START_NS + 10_000_000_000L);
      FragmentNumber lastOfFirst;
      try (EndlessMedia media = open(recording, new LiveStart.Earliest(), format)) {
        assertThat(Frames.video(write(media, format)).hashes())
            .isEqualTo(Frames.video("media-samples/h264-aac.mkv").hashes());
        assertThat(media.ended()).isTrue();
        assertThat(media.poll()).isEmpty();
        lastOfFirst = recording.lastNumberBefore(START_NS + 10_000_000_000L);
      }
      try (EndlessMedia media = open(recording, new LiveStart.After(lastOfFirst), format)) {
        assertThat(Frames.video(write(media, format)).hashes())
            .isEqualTo(Frames.video("media-samples/h264-720p.mkv").hashes());
        assertThat(media.ended()).isFalse();
      }
    }
  }

  @Test
  void itBeginsWithTheFragmentAtAnInstant() throws IOException {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.pushAt("h264-aac.mkv", START_NS);
      try (EndlessMedia media =
          open(recording, new LiveStart.At(START_NS + 4_500_000_000L), LiveFormat.MKV)) {
        Frames found = Frames.video(write(media, LiveFormat.MKV));
        Frames source = Frames.video("media-samples/h264-aac.mkv");
        assertThat(found.hashes()).isEqualTo(source.hashes().subList(100, 200));
      }
    }
  }

  @Test
  void aReaderThatWaitsIsToldOfMoreAndNeverMissesIt() throws Exception {
    try (var recording = new Recording(folder.resolve("data"));
        EndlessMedia media = open(recording, new LiveStart.Now(), LiveFormat.MKV)) {
      assertThat(media.poll()).isEmpty();
      var told = new CountDownLatch(1);
      media.onMore(told::countDown);
      recording.push("h264-aac.mkv");
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();

      // Published after the last look, and before anybody waits: told at once.
      var calls = new AtomicInteger();
      media.onMore(calls::incrementAndGet);
      assertThat(calls).hasValue(1);
      assertThat(media.poll()).hasValueSatisfying(ByteSource::close);
    }
  }

  @Test
  void nowBeginsWithTheNewestFragmentOfALiveStream() throws IOException {
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.push("h264-aac.mkv");
      try (EndlessMedia media = open(recording, new LiveStart.Now(), LiveFormat.MKV)) {
        assertThat(Frames.video(write(media, LiveFormat.MKV)).hashes())
            .isEqualTo(Frames.video("media-samples/h264-aac.mkv").hashes().subList(150, 200));
      }
    }
  }

  private static EndlessMedia open(Recording recording, LiveStart start, LiveFormat format) {
    return new LiveMedia(recording.archive(), InstantSource.system())
        .open(recording.stream, start, format);
  }

  /** Everything there is now. */
  private String write(EndlessMedia media, LiveFormat format) throws IOException {
    var out = new ByteArrayOutputStream();
    List<Integer> lengths = new ArrayList<>();
    for (Optional<ByteSource> piece = media.poll(); piece.isPresent(); piece = media.poll()) {
      try (ByteSource source = piece.get()) {
        byte[] bytes = Recording.bytes(source, 0, Math.toIntExact(source.length()));
        out.writeBytes(bytes);
        lengths.add(bytes.length);
      }
    }
    assertThat(lengths).isNotEmpty();
    Path file = Files.createTempFile(folder, "endless", "." + format);
    Files.write(file, out.toByteArray());
    return file.toString();
  }
}
