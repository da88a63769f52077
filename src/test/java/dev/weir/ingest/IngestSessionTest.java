// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.Timeline;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.DemuxedSample;
import dev.weir.container.Demuxers;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IngestSessionTest {

  @TempDir Path folder;
  private final StreamId stream = StreamId.random();

  /** A frame as it went in or came out. */
  private record Frame(int track, long pts, boolean sync, ByteBuffer data) {}

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
        "aac.mka",
        "opus.webm"
      })
  void everyFrameThatIsPushedIsStoredAlsoAfterARestart(String sample) throws IOException {
    byte[] body = Files.readAllBytes(Path.of("media-samples", sample));
    var acks = new CopyOnWriteArrayList<Ack>();
    List<FragmentEntry> before;
    try (var archive = open()) {
      IngestSummary summary = push(archive, body, acks);
      assertThat(summary.persisted()).isEqualTo(summary.fragments()).isPositive();
      assertThat(summary.dropped()).isEmpty();
      assertThat(stored(archive)).containsExactlyElementsOf(pushed(body));
      before = fragments(archive);
      assertThat(before.getFirst().startsWithSync()).isTrue();
      assertThat(acks.stream().filter(Ack.Persisted.class::isInstance).count())
          .isEqualTo(summary.fragments());
    }
    try (var archive = open()) {
      assertThat(stored(archive)).containsExactlyElementsOf(pushed(body));
      assertThat(fragments(archive)).isEqualTo(before);
      assertThat(archive.check().failures()).isEmpty();
      assertThat(((DiskArchive) archive).openLeases()).isZero();
    }
  }

  @Test
  void aSecondPushComesAfterTheFirstOnTheSameTimeLine() throws IOException {
    byte[] body = Files.readAllBytes(Path.of("media-samples", "h264-aac.mkv"));
    try (var archive = open()) {
      IngestSummary first = push(archive, body, new ArrayList<>());
      IngestSummary second = push(archive, body, new ArrayList<>());
      assertThat(second.firstProducerNs()).isGreaterThanOrEqualTo(first.lastProducerNs());
      List<FragmentEntry> all = fragments(archive);
      assertThat(all).allMatch(each -> each.live().isPresent());
      assertThat(all.getLast().live().orElseThrow().discontinuityOrdinal()).isEqualTo(1);
    }
  }

  @Test
  void whatIsNotMediaIsRefused() {
    try (var archive = open()) {
      var session =
          new IngestSession(
              IngestOptions.ARRIVAL,
              archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
              ack -> {},
              InstantSource.system());
      assertThatThrownBy(() -> session.feed(ByteBuffer.wrap(new byte[100])))
          .isInstanceOf(UnsupportedMedia.class);
      assertThat(session.completion().join().fragments()).isZero();
      assertThat(archive.status(stream).openSessions()).isZero();
    }
  }

  private Archive open() {
    return DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
  }

  private IngestSummary push(Archive archive, byte[] body, List<Ack> acks) {
    var session =
        new IngestSession(
            IngestOptions.ARRIVAL,
            archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
            acks::add,
            InstantSource.system());
    var random = new Random(3);
    for (int at = 0; at < body.length; ) {
      int count = Math.min(body.length - at, 1 + random.nextInt(30_000));
      session.feed(ByteBuffer.wrap(body, at, count));
      at += count;
    }
    session.end();
    return session.completion().join();
  }

  private List<FragmentEntry> fragments(Archive archive) {
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      return timeline.fragments();
    }
  }

  private List<Frame> stored(Archive archive) {
    var frames = new ArrayList<Frame>();
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      for (int track = 0; track < 2; track++) {
        for (FragmentEntry fragment : timeline.fragments()) {
          for (PartEntry entry : fragment.parts(track)) {
            StoredPart part = archive.readPart(fragment, entry);
            ByteBuffer payload = part.payload().duplicate();
            for (Sample sample : part.samples()) {
              frames.add(
                  new Frame(
                      track,
                      sample.presentationTime(),
                      sample.sync(),
                      payload.slice(payload.position(), sample.size())));
              payload.position(payload.position() + sample.size());
            }
          }
        }
      }
    }
    return frames;
  }

  private static List<Frame> pushed(byte[] body) {
    var frames = new ArrayList<Frame>();
    var sink =
        new DemuxSink() {
          @Override
          public void tracks(List<Track> tracks) {}

          @Override
          public void sample(DemuxedSample sample) {
            frames.add(
                new Frame(
                    sample.trackIndex(), sample.presentationTime(), sample.sync(), sample.data()));
          }

          @Override
          public void boundary() {}

          @Override
          public void truncated(String where) {}
        };
    var demuxer = Demuxers.sniffing(sink, DemuxLimits.DEFAULT);
    demuxer.feed(ByteBuffer.wrap(body));
    demuxer.end();
    frames.sort(Comparator.comparingInt(Frame::track));
    return frames;
  }
}
