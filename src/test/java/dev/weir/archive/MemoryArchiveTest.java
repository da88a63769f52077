// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams in memory roll: the oldest gives way, and no stream takes the room of all. */
final class MemoryArchiveTest {

  /** Some ten times the sample. */
  private static final long CAPACITY_BYTES = 4 << 20;

  private static final int FRAGMENTS = 4;

  @TempDir Path folder;
  private ArchiveByDurability archive;

  @BeforeEach
  void open() {
    archive =
        new ArchiveByDurability(
            DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system()),
            CAPACITY_BYTES,
            InstantSource.system());
  }

  @AfterEach
  void close() {
    archive.close();
  }

  private IngestSession begin(StreamId stream) throws IOException {
    var session =
        new IngestSession(
            IngestOptions.ARRIVAL,
            archive.openSession(stream, 6_000_000_000L, Durability.MEMORY),
            ack -> {},
            InstantSource.system());
    session.feed(ByteBuffer.wrap(Files.readAllBytes(Path.of("media-samples", "h264-aac.mkv"))));
    session.end();
    return session;
  }

  private void push(StreamId stream) throws IOException {
    assertThat(begin(stream).completion().join().stored()).isEqualTo(FRAGMENTS);
  }

  private List<FragmentEntry> fragments(StreamId stream) {
    try (Timeline all = archive.find(stream, TimeRange.ALL, Clock.SERVER)) {
      return all.fragments();
    }
  }

  @Test
  void whatIsNewIsTakenForEverAndTheOldestGivesWay() throws IOException {
    StreamId stream = StreamId.random();
    push(stream);
    FragmentEntry first = fragments(stream).getFirst();
    for (int i = 0; i < 100; i++) {
      push(stream);
    }
    List<FragmentEntry> left = fragments(stream);
    assertThat(left).hasSizeBetween(4 * FRAGMENTS, 14 * FRAGMENTS).doesNotContain(first);
    for (FragmentEntry each : left.subList(left.size() - FRAGMENTS, left.size())) {
      assertThat(archive.readPart(each, each.parts().getFirst()).payload().remaining())
          .isPositive();
    }
  }

  @Test
  void aStreamWithinItsShareKeepsItsMediaBesideOneThatIsPushedForEver() throws IOException {
    StreamId small = StreamId.random();
    push(small);
    StreamId greedy = StreamId.random();
    for (int i = 0; i < 100; i++) {
      push(greedy);
    }
    assertThat(fragments(small)).hasSize(FRAGMENTS);
    assertThat(fragments(greedy)).hasSizeGreaterThan(4 * FRAGMENTS);
    push(small);
    assertThat(fragments(small)).hasSize(2 * FRAGMENTS);
  }

  @Test
  void whatComesFasterThanRoomIsMadeWaits() throws IOException {
    StreamId stream = StreamId.random();
    for (int i = 0; i < 10; i++) {
      push(stream);
    }
    List<IngestSession> atOnce =
        List.of(begin(stream), begin(stream), begin(stream), begin(stream), begin(stream));
    for (IngestSession session : atOnce) {
      assertThat(session.completion().join().stored()).isEqualTo(FRAGMENTS);
    }
  }
}
