// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.Timeline;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {

  private static final InstantSource NOW = InstantSource.system();

  @TempDir Path folder;

  private static void push(DiskArchive archive, Stream stream) throws IOException {
    var session =
        new IngestSession(
            IngestOptions.ARRIVAL,
            archive.openSession(stream.id(), 6_000_000_000L, Durability.FSYNC),
            ack -> {},
            NOW);
    session.feed(ByteBuffer.wrap(Files.readAllBytes(Path.of("media-samples", "h264-aac.mkv"))));
    session.end();
    assertThat(session.completion().join().persisted()).isEqualTo(4);
  }

  private static long fragments(DiskArchive archive, Stream stream) {
    try (Timeline timeline = archive.find(stream.id(), TimeRange.ALL, Clock.PRODUCER)) {
      return timeline.fragments().size();
    }
  }

  private static void damage(Path streamFolder) throws IOException {
    try (var files = Files.newDirectoryStream(streamFolder, "*.weir");
        FileChannel file = FileChannel.open(files.iterator().next(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1000), file.size() / 2);
    }
  }

  @Test
  void ofAStreamThatMayKeepLittleTheNewestMediaStays() throws IOException {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      long maxBytes = 1_000_000;
      Stream stream = streams.put(new StreamName("cam"), settings(maxBytes, Duration.ZERO));
      var retention = new Retention(archive, streams, NOW, 0);
      byte[] media = Files.readAllBytes(Path.of("media-samples", "h264-aac.mkv"));
      for (int i = 0; i < 10; i++) {
        var session =
            new IngestSession(
                IngestOptions.ARRIVAL,
                archive.openSession(stream.id(), 6_000_000_000L, Durability.FSYNC, maxBytes),
                ack -> {},
                NOW);
        session.feed(ByteBuffer.wrap(media));
        session.end();
        assertThat(session.completion().join().persisted()).isEqualTo(4);
      }
      long pushedToNs = archive.status(stream.id()).lastProducerNs();
      retention.run();
      assertThat(archive.status(stream.id()).bytes()).isBetween(700_000L, maxBytes);
      assertThat(archive.status(stream.id()).lastProducerNs()).isEqualTo(pushedToNs);
    }
  }

  @Test
  void whatCannotBeThinnedInOneStreamKeepsNoRoomInAnother() throws IOException {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      push(archive, streams.getOrCreate(new StreamName("a")));
      push(archive, streams.getOrCreate(new StreamName("b")));
    }
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      Stream first = streams.put(new StreamName("a"), settings(0, Duration.ofMinutes(1)));
      damage(folder.resolve("streams/" + first.id()));
      Stream second = streams.put(new StreamName("b"), settings(1, Duration.ZERO));
      var retention = new Retention(archive, streams, () -> NOW.instant().plusSeconds(3600), 0);
      assertThatThrownBy(retention::run).isInstanceOf(WeirException.class);
      assertThat(fragments(archive, first)).isEqualTo(4);
      assertThat(fragments(archive, second)).isZero();
    }
  }

  private static StreamSettings settings(long maxBytes, Duration thinAfter) {
    StreamSettings usual = StreamSettings.DEFAULT;
    return new StreamSettings(
        usual.retention(),
        maxBytes,
        usual.mediaType(),
        usual.tags(),
        usual.description(),
        usual.durability(),
        usual.priority(),
        thinAfter,
        usual.targetDuration(),
        usual.producerClockOffset());
  }
}
