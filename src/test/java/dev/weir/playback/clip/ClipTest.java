// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Clock;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips of every sample, decoded and compared with what was pushed, frame by frame. */
final class ClipTest {

  private static final long TICK_NS = 1_000_000;

  private static final Frames NONE = new Frames(List.of());

  /**
   * As ffprobe writes one; side data, as of padding, stands before the hash on a line of its own.
   */
  private static final Pattern PACKET =
      Pattern.compile("(-?[0-9.]+),([A-Z_]+),\\s*,?MD5:([0-9a-f]+)");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h264-aac.mkv",
        "h264-aac.mp4",
        "h264-aac-frag-every-frame.mp4",
        "hevc-aac.mkv",
        "hevc-aac.mp4",
        "h264-opus.mkv",
        "h264-long-gop.mkv",
        "h264-baseline-2997.mkv",
        "h264-720p.mkv",
        "aac.mka",
        "opus.webm"
      })
  void everyRangeOfEverySampleComesBackFrameByFrame(String sample) {
    String source = Path.of("media-samples", sample).toString();
    // ffmpeg itself leaves out audio of a file with a fragment a frame; these are the same packets.
    String heard = source.replace("-frag-every-frame", "");
    try (var recording = new Recording(folder.resolve("data"))) {
      recording.push(sample);
      List<Long> pictures = recording.presentationNs(TrackKind.VIDEO);
      List<Long> sounds = recording.presentationNs(TrackKind.AUDIO);
      Frames video = pictures.isEmpty() ? NONE : Frames.video(source);
      Frames audio = sounds.isEmpty() ? NONE : Frames.audio(heard);
      Frames packets = sounds.isEmpty() ? NONE : packets(heard);
      var clips = new Clips(recording.archive());
      for (ClipFormat format : ClipFormat.values()) {
        try (Clip whole = clips.open(recording.stream, TimeRange.ALL, Clock.PRODUCER, format)) {
          String file = write(whole, format);
          long videoOffset = 0;
          long audioOffset = 0;
          if (!pictures.isEmpty()) {
            videoOffset = Frames.video(file).assertSameAs(video, TICK_NS);
          }
          if (!sounds.isEmpty()) {
            Frames found = withoutPadding(sample, format, Frames.audio(file));
            Frames expected = withoutPadding(sample, format, audio);
            if (heard.equals(source)) {
              audioOffset = found.assertSameAs(expected, TICK_NS);
            } else {
              found.assertSameHashesAs(expected);
            }
          }
          if (!pictures.isEmpty() && !sounds.isEmpty() && heard.equals(source)) {
            assertThat(audioOffset - videoOffset).as("sync").isBetween(-TICK_NS, TICK_NS);
          }
        }
      }
      long seed = new Random().nextLong();
      var random = new Random(seed);
      List<Long> times = pictures.isEmpty() ? sounds : pictures;
      for (int i = 0; i < 5; i++) {
        long span = times.getLast() - times.getFirst();
        long a = times.getFirst() + random.nextLong(span);
        long b = times.getFirst() + random.nextLong(span);
        var range = new TimeRange(Math.min(a, b), Math.max(a, b) + 50_000_000);
        for (ClipFormat format : ClipFormat.values()) {
          try (Clip clip = clips.open(recording.stream, range, Clock.PRODUCER, format)) {
            String what = format + " of " + range + ", seed " + seed;
            if (format == ClipFormat.MP4) {
              assertThat(clip.fromNs()).as(what).isEqualTo(range.fromNs());
            }
            String file = write(clip, format);
            if (!pictures.isEmpty()) {
              assertShows(what, format, clip, Frames.video(file), video, pictures, range.toNs());
            }
            if (!sounds.isEmpty()) {
              assertShows(what, format, clip, packets(file), packets, sounds, range.toNs());
            }
            assertSlices(what, clip, random);
          }
        }
      }
      assertThat(recording.archive.openLeases()).isZero();
    }
  }

  /** ffmpeg drops the padding in a last packet of Opus when Matroska says it, and not in MP4. */
  private static Frames withoutPadding(String sample, ClipFormat format, Frames frames) {
    return sample.contains("opus") && format == ClipFormat.MP4 ? frames.withoutLast() : frames;
  }

  /**
   * The packets of the audio stream that are to be heard. Not decoded: a decoder that begins
   * elsewhere makes other noise where the encoder asks for noise.
   */
  private static Frames packets(String file) {
    String text =
        Program.run(
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "a:0",
            "-show_data_hash",
            "md5",
            "-show_entries",
            "packet=pts_time,flags,data_hash",
            "-of",
            "csv=p=0",
            file);
    var packets = new ArrayList<Frames.Frame>();
    Matcher packet = PACKET.matcher(text);
    while (packet.find()) {
      if (!packet.group(2).contains("D")) {
        long ns = new BigDecimal(packet.group(1)).movePointRight(9).longValueExact();
        packets.add(new Frames.Frame(ns, 0, packet.group(3)));
      }
    }
    return new Frames(packets);
  }

  private static void assertShows(
      String what,
      ClipFormat format,
      Clip clip,
      Frames found,
      Frames source,
      List<Long> producerNs,
      long toNs) {
    int[] shown =
        IntStream.range(0, producerNs.size())
            .filter(i -> producerNs.get(i) >= clip.fromNs() && producerNs.get(i) < toNs)
            .toArray();
    List<Frames.Frame> inside = found.frames();
    if (format == ClipFormat.MKV && inside.size() > shown.length) {
      // Marked as invisible, which ffmpeg leaves to others.
      List<Frames.Frame> after = inside.subList(shown.length, inside.size());
      assertThat(after).as(what).hasSizeLessThanOrEqualTo(4);
      assertThat(after).as(what).allMatch(frame -> frame.ptsNs() >= toNs - clip.fromNs() - TICK_NS);
      inside = inside.subList(0, shown.length);
    }
    assertThat(inside.stream().map(Frames.Frame::hash))
        .as(what)
        .containsExactlyElementsOf(
            Arrays.stream(shown).mapToObj(i -> source.frames().get(i).hash()).toList());
    for (int i = 0; i < shown.length; i++) {
      long expected = producerNs.get(shown[i]) - clip.fromNs();
      assertThat(inside.get(i).ptsNs())
          .as("time of frame %d, %s", i, what)
          .isBetween(expected - TICK_NS, expected + TICK_NS);
    }
  }

  private static void assertSlices(String what, Clip clip, Random random) {
    byte[] whole = Recording.bytes(clip.body(), 0, (int) clip.body().length());
    for (int i = 0; i < 10; i++) {
      int from = random.nextInt(whole.length);
      int count = random.nextInt(whole.length - from);
      assertThat(Recording.bytes(clip.body(), from, count))
          .as("%d bytes from %d, %s", count, from, what)
          .isEqualTo(Arrays.copyOfRange(whole, from, from + count));
    }
  }

  private String write(Clip clip, ClipFormat format) {
    String file =
        Recording.file(clip.body(), folder.resolve(clip.etag().substring(1, 33) + "." + format))
            .toString();
    assertThat(Program.run("ffprobe", "-v", "error", "-show_streams", "-count_packets", file))
        .isNotEmpty();
    return file;
  }
}
