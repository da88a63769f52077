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
import dev.weir.model.MediaTime;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.TimecodeMode;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
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
}
