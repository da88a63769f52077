// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.Part;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class FragmenterTest {

  private final Recorder recorder = new Recorder();
  private final Fragmenter fragmenter = new Fragmenter(FragmentPolicy.BY_SYNC, recorder);

  @Test
  void fragmentsBeginAtVideoSyncSamplesAndLoseNothing() {
    fragmenter.tracks(List.of(video(0, 0), audio(1)));
    for (int ms = 0; ms < 6000; ms += 20) {
      if (ms % 40 == 0) {
        push(0, ms, ms % 2000 == 0);
      }
      push(1, ms, true);
    }
    fragmenter.end();

    assertThat(recorder.fragments).hasSize(3);
    assertThat(recorder.samples(0)).hasSize(150);
    assertThat(recorder.samples(1)).hasSize(300);
    for (List<Part> fragment : recorder.fragments) {
      Sample first =
          fragment.stream()
              .filter(part -> part.trackIndex() == 0)
              .findFirst()
              .orElseThrow()
              .samples()
              .getFirst();
      assertThat(first.sync()).isTrue();
      assertThat(first.presentationTime() % 2000).isZero();
    }
    assertContiguous(0);
    assertContiguous(1);
  }

  @Test
  void syncSamplesCloserThanTheMinimumDoNotCut() {
    fragmenter.tracks(List.of(video(0, 0)));
    for (int ms = 0; ms < 4000; ms += 40) {
      push(0, ms, true);
    }
    fragmenter.end();
    assertThat(recorder.fragments).hasSize(4);
  }

  @Test
  void audioAloneIsCutEveryTwoSeconds() {
    fragmenter.tracks(List.of(audio(0)));
    for (int ms = 0; ms < 10_000; ms += 20) {
      push(0, ms, true);
    }
    fragmenter.end();
    assertThat(recorder.fragments).hasSize(5);
    assertThat(recorder.samples(0)).hasSize(500);
  }

  @Test
  void decodeTimesAreTheOutputOrderShiftedByTheReorderDepth() {
    fragmenter.tracks(List.of(video(0, 2)));
    // I P B B P B B in decode order, 40 ms a frame.
    for (int pts : new int[] {0, 160, 80, 40, 120, 320, 240, 200, 280}) {
      push(0, pts, pts == 0);
    }
    fragmenter.end();
    assertThat(recorder.samples(0))
        .extracting(Sample::presentationTime)
        .containsExactly(0L, 160L, 80L, 40L, 120L, 320L, 240L, 200L, 280L);
    assertThat(recorder.samples(0))
        .extracting(Sample::decodeTime)
        .containsExactly(-80L, -40L, 0L, 40L, 80L, 120L, 160L, 200L, 240L);
    assertThat(recorder.samples(0)).allMatch(sample -> sample.compositionOffset() >= 0);
  }

  @Test
  void aSmallStepBackIsMovedOnByATick() {
    fragmenter.tracks(List.of(video(0, 0)));
    push(0, 0, true);
    push(0, 40, false);
    push(0, 40, false);
    push(0, 20, false);
    push(0, 80, false);
    fragmenter.end();
    assertThat(recorder.timelines).isEqualTo(1);
    assertThat(recorder.samples(0))
        .extracting(Sample::decodeTime)
        .containsExactly(0L, 40L, 41L, 42L, 80L);
    assertContiguous(0);
  }

  @Test
  void aJumpBackBeginsATimelineAndDropsOnlyStrays() {
    fragmenter.tracks(List.of(video(0, 0), audio(1)));
    for (int ms = 100_000; ms < 102_000; ms += 40) {
      push(0, ms, ms == 100_000);
      push(1, ms, true);
    }
    push(0, 0, true);
    push(1, 102_000, true);
    push(1, 0, true);
    push(0, 40, false);
    fragmenter.end();
    assertThat(recorder.timelines).isEqualTo(2);
    assertThat(recorder.dropped).hasSize(1);
    assertThat(recorder.fragments).hasSize(2);
    assertThat(recorder.samples(0)).hasSize(52);
    assertThat(recorder.samples(1)).hasSize(51);
  }

  @Test
  void aJumpAheadBeginsATimeline() {
    fragmenter.tracks(List.of(video(0, 0)));
    push(0, 0, true);
    push(0, 40, false);
    push(0, 60_000, true);
    fragmenter.end();
    assertThat(recorder.timelines).isEqualTo(2);
    assertThat(recorder.samples(0)).hasSize(3);
    assertThat(recorder.samples(0).get(1).duration()).isEqualTo(40);
  }

  @Test
  void oneFrameASecondIsNotAJump() {
    fragmenter.tracks(List.of(video(0, 0)));
    for (int s = 0; s < 30; s++) {
      push(0, s * 5000L, true);
    }
    fragmenter.end();
    assertThat(recorder.timelines).isEqualTo(1);
    assertThat(recorder.samples(0)).hasSize(30);
    assertContiguous(0);
  }

  @Test
  void aGroupOfPicturesLongerThanTwentySecondsIsCutWithoutSync() {
    fragmenter.tracks(List.of(video(0, 0)));
    for (int ms = 0; ms < 50_000; ms += 100) {
      push(0, ms, ms == 0);
    }
    fragmenter.end();
    assertThat(recorder.fragments).hasSize(3);
    assertThat(recorder.samples(0)).hasSize(500);
  }

  @Test
  void partsAreAboutHalfASecond() {
    fragmenter.tracks(List.of(video(0, 0)));
    for (int ms = 0; ms < 4000; ms += 40) {
      push(0, ms, ms == 0);
    }
    fragmenter.end();
    assertThat(recorder.fragments.getFirst())
        .hasSize(8)
        .allSatisfy(
            part -> assertThat(part.endDecodeTime() - part.baseDecodeTime()).isBetween(160L, 540L));
  }

  @Test
  void equalTracksAgainChangeNothingAndOthersBeginATimeline() {
    fragmenter.tracks(List.of(video(0, 0)));
    push(0, 0, true);
    fragmenter.tracks(List.of(video(0, 0)));
    push(0, 40, false);
    assertThat(recorder.timelines).isEqualTo(1);
    fragmenter.tracks(List.of(video(0, 2)));
    push(0, 80, true);
    fragmenter.end();
    assertThat(recorder.timelines).isEqualTo(2);
    assertThat(recorder.samples(0)).hasSize(3);
  }

  private void push(int track, long pts, boolean sync) {
    fragmenter.sample(
        new DemuxedSample(track, pts, OptionalLong.empty(), 0, sync, 0, ByteBuffer.allocate(10)));
  }

  private void assertContiguous(int track) {
    long end = Long.MIN_VALUE;
    for (Sample sample : recorder.samples(track)) {
      if (end != Long.MIN_VALUE) {
        assertThat(sample.decodeTime()).isEqualTo(end);
      }
      end = sample.decodeTime() + sample.duration();
    }
  }

  private static Track video(int index, int reorderDepth) {
    return new Track(
        index,
        1000,
        "und",
        new Codec.Avc(
            Bytes.fromHex("01"),
            "avc1.42001e",
            new VideoFormat(320, 240, 1, 1, 25, 1, reorderDepth, 4)));
  }

  private static Track audio(int index) {
    return new Track(
        index,
        1000,
        "und",
        new Codec.Aac(Bytes.fromHex("1190"), "mp4a.40.2", new AudioFormat(48_000, 2, 1024, 0)));
  }

  private static final class Recorder implements FragmentSink {
    final List<List<Part>> fragments = new ArrayList<>();
    final List<String> dropped = new ArrayList<>();
    List<Part> open = new ArrayList<>();
    int timelines;

    List<Sample> samples(int track) {
      return fragments.stream()
          .flatMap(List::stream)
          .filter(part -> part.trackIndex() == track)
          .flatMap(part -> part.samples().stream())
          .toList();
    }

    @Override
    public void header(List<Track> tracks) {}

    @Override
    public void timeline(List<Track> tracks, long firstPresentationNs) {
      timelines++;
    }

    @Override
    public void fragmentBegins(long firstPresentationNs) {
      open = new ArrayList<>();
    }

    @Override
    public void part(Part part) {
      open.add(part);
    }

    @Override
    public void fragmentEnds() {
      assertThat(open).isNotEmpty();
      fragments.add(open);
    }

    @Override
    public void dropped(String why) {
      dropped.add(why);
    }
  }
}
