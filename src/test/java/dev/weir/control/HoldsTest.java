// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.archive.Archives;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.FaultyDisk;
import dev.weir.archive.Timeline;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.Durability;
import dev.weir.model.FragmentState;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import dev.weir.testing.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hold that was answered binds forgetting and retention, whatever they are doing. */
final class HoldsTest {

  /** A file for each fragment or two. */
  private static final StoreOptions SMALL_FILES =
      new StoreOptions(2, 20_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  private static final long START_NS = TimeRange.nanos(Instant.parse("2026-01-31T08:00:08Z"));
  private static final InstantSource NOW = InstantSource.system();
  private static final StreamName CAM = new StreamName("cam");
  private static final StreamName DOOR = new StreamName("door");

  @TempDir Path folder;
  private FaultyDisk disk;
  private DiskArchive archive;
  private Streams streams;

  @BeforeEach
  void open() {
    disk = new FaultyDisk(RealDisk.at(folder));
    archive = Archives.open(Map.of("disk", disk), SMALL_FILES);
    streams = new Streams(archive, NOW);
  }

  @AfterEach
  void close() {
    archive.close();
  }

  /** Four fragments of two seconds. */
  private static ByteBuffer media() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(Path.of("media-samples", "h264-aac.mkv")));
  }

  private IngestSession session(Stream stream) {
    return new IngestSession(
        IngestOptions.of(TimecodeMode.RELATIVE, START_NS, 0),
        archive.openSession(stream.id(), 6_000_000_000L, Durability.FSYNC),
        ack -> {},
        NOW);
  }

  private Stream push(StreamName name) throws IOException {
    Stream stream = streams.getOrCreate(name);
    IngestSession session = session(stream);
    session.feed(media());
    session.end();
    assertThat(session.completion().join().persisted()).isEqualTo(4);
    return stream;
  }

  private int fragments(Stream stream) {
    try (Timeline timeline = archive.find(stream.id(), TimeRange.ALL, Clock.PRODUCER)) {
      timeline
          .fragments()
          .forEach(each -> each.parts().forEach(part -> archive.readPart(each, part)));
      return timeline.fragments().size();
    }
  }

  /** Of producer time, in milliseconds since the begin of the media. */
  private static TimeRange millis(long from, long to) {
    return new TimeRange(
        START_NS + from * MediaTime.NANOS_PER_SECOND / 1000,
        START_NS + to * MediaTime.NANOS_PER_SECOND / 1000);
  }

  private static Hold hold(TimeRange range) {
    return new Hold("evidence", range, "");
  }

  @Test
  void aRangeWhoseFragmentsMeetAHoldIsNotForgottenInAnOpenFileNorInASealedOne() throws IOException {
    Stream stream = push(CAM);
    streams.hold(CAM, hold(millis(1000, 1500)));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> streams.forget(CAM, millis(500, 900)))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("hold evidence");
      assertThat(fragments(stream)).isEqualTo(4);
      close();
      open();
    }
    streams.forget(CAM, millis(2500, 2900));
    assertThat(fragments(stream)).isEqualTo(3);
  }

  /** The range and the hold are both in the last fragment, which is not whole yet. */
  private int leftOfAPushAround(Runnable step) throws IOException {
    Stream stream = streams.getOrCreate(CAM);
    IngestSession session = session(stream);
    ByteBuffer media = media();
    ByteBuffer begin = media.slice(0, media.limit() - 2000);
    session.feed(begin);
    step.run();
    streams.forget(CAM, millis(6500, 6900));
    session.feed(media.slice(begin.limit(), 2000));
    session.end();
    assertThat(session.completion().join().persisted()).isEqualTo(4);
    assertThat(archive.forgetPending(stream.id())).isTrue();
    return fragments(stream);
  }

  @Test
  void aFragmentThatIsBeingPushedIsForgottenToo() throws IOException {
    assertThat(leftOfAPushAround(() -> {})).isEqualTo(3);
  }

  @Test
  void aFragmentThatIsBeingPushedIsNotForgottenWhenItMeetsAHold() throws IOException {
    assertThat(leftOfAPushAround(() -> streams.hold(CAM, hold(millis(7000, 7500))))).isEqualTo(4);
  }

  /** Two streams, of which all is old. */
  private Retention retention(long seconds, long thinAfterSeconds) throws IOException {
    for (StreamName name : List.of(CAM, DOOR)) {
      streams.put(name, settings(seconds, thinAfterSeconds));
      push(name);
    }
    return new Retention(archive, streams, () -> NOW.instant().plusSeconds(3600), 0);
  }

  private static StreamSettings settings(long retentionSeconds, long thinAfterSeconds) {
    StreamSettings usual = StreamSettings.DEFAULT;
    return new StreamSettings(
        Duration.ofSeconds(retentionSeconds),
        0,
        usual.mediaType(),
        usual.tags(),
        usual.description(),
        usual.durability(),
        usual.priority(),
        Duration.ofSeconds(thinAfterSeconds),
        usual.targetDuration(),
        usual.producerClockOffset());
  }

  private boolean isThin(Stream stream) {
    try (Timeline timeline = archive.find(stream.id(), TimeRange.ALL, Clock.PRODUCER)) {
      return timeline.fragments().stream().allMatch(each -> each.state() == FragmentState.THINNED);
    }
  }

  /** The stream of which a round takes nothing before it has come to the other's files. */
  private StreamName laterOf(Path file) {
    boolean camComesFirst = file.toString().contains(idOf(CAM));
    return camComesFirst ? DOOR : CAM;
  }

  @Test
  void aHoldThatIsSetWhileARoundDeletesBindsWhatIsLeft() throws IOException {
    Retention retention = retention(60, 0);
    var held = new AtomicReference<StreamName>();
    disk.beforeDeletions(file -> {
      if (file.toString().endsWith(".weir") && held.get() == null) {
        held.set(laterOf(file));
        streams.hold(held.get(), hold(millis(0, 9000)));
      }
    });
    assertThat(retention.run()).isPositive();
    StreamName other = held.get().equals(CAM) ? DOOR : CAM;
    assertThat(fragments(streams.require(held.get()))).isEqualTo(4);
    assertThat(fragments(streams.require(other))).isZero();
  }

  @Test
  void aHoldThatIsSetWhileARoundThinsBindsWhatIsLeft() throws IOException {
    Retention retention = retention(0, 60);
    var held = new AtomicReference<StreamName>();
    disk.beforeCreations(file -> {
      if (file.toString().endsWith(".copy") && held.get() == null) {
        held.set(laterOf(file));
        streams.hold(held.get(), hold(millis(0, 9000)));
      }
    });
    var _ = retention.run();
    StreamName other = held.get().equals(CAM) ? DOOR : CAM;
    assertThat(isThin(streams.require(held.get()))).isFalse();
    assertThat(isThin(streams.require(other))).isTrue();
  }

  @Test
  void aHoldIsNotAnsweredWhileFilesGo() throws IOException {
    Retention retention = retention(60, 0);
    var answered = new AtomicBoolean();
    var hold =
        new Thread(() -> {
          streams.hold(CAM, hold(millis(0, 9000)));
          answered.set(true);
        });
    var early = new AtomicBoolean();
    disk.beforeDeletions(file -> {
      if (file.toString().endsWith(".weir")) {
        if (hold.getState() == Thread.State.NEW) {
          hold.start();
          Eventually.holds("it waits", () -> hold.getState() == Thread.State.WAITING);
        }
        early.compareAndSet(false, file.toString().contains(idOf(CAM)) && answered.get());
      }
    });
    var _ = retention.run();
    assertThat(early).as("answered, and a file of the range went afterwards").isFalse();
    Eventually.holds("it is answered", answered::get);
  }

  private String idOf(StreamName name) {
    return streams.require(name).id().toString();
  }
}
