// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.Archives;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.FaultyDisk;
import dev.weir.archive.StoredFile;
import dev.weir.archive.Timeline;
import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.ingest.IngestSummary;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {

  private static final InstantSource NOW = InstantSource.system();

  @TempDir Path folder;

  private static void push(DiskArchive archive, Stream stream) throws IOException {
    assertThat(feed(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
  }

  private static IngestSummary feed(DiskArchive archive, Stream stream, String sample)
      throws IOException {
    var session =
        new IngestSession(
            IngestOptions.ARRIVAL,
            archive.openSession(stream.id(), 6_000_000_000L, Durability.FSYNC),
            ack -> {},
            NOW);
    session.feed(ByteBuffer.wrap(Files.readAllBytes(Path.of("media-samples", sample))));
    session.end();
    return session.completion().join();
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
    return settings(Duration.ZERO, maxBytes, 5, thinAfter);
  }

  private static StreamSettings settings(
      Duration retention, long maxBytes, int priority, Duration thinAfter) {
    StreamSettings usual = StreamSettings.DEFAULT;
    return new StreamSettings(
        retention,
        maxBytes,
        usual.mediaType(),
        usual.tags(),
        usual.description(),
        usual.durability(),
        priority,
        thinAfter,
        usual.targetDuration(),
        usual.producerClockOffset());
  }

  private static String line(RetentionStep step) {
    return step.stream().name().value() + " " + step.action() + " " + step.reason();
  }

  private static Retention later(
      DiskArchive archive, Streams streams, Duration later, long keepFreeBytes) {
    return new Retention(archive, streams, () -> NOW.instant().plus(later), keepFreeBytes);
  }

  @Test
  void onATightDiskTheLeastImportantGoFirstThoughTheyWouldGoByAgeLaterToo() throws IOException {
    FaultyDisk disk = new FaultyDisk(RealDisk.at(folder));
    try (DiskArchive archive = Archives.open(Map.of("disk", disk), StoreOptions.DEFAULT)) {
      var streams = new Streams(archive, NOW);
      Stream low =
          streams.put(new StreamName("low"), settings(Duration.ofDays(1), 0, 1, Duration.ZERO));
      Stream high =
          streams.put(new StreamName("high"), settings(Duration.ofDays(3), 0, 9, Duration.ZERO));
      push(archive, low);
      push(archive, high);
      disk.freeBytes(10_000_000);
      Retention retention = later(archive, streams, Duration.ZERO, 10_000_001);
      assertThat(retention.plan(Duration.ofDays(2)))
          .extracting(RetentionTest::line)
          .containsExactly("low DELETE FREE_SPACE");
      assertThat(retention.run()).isPositive();
      assertThat(fragments(archive, low)).isZero();
      assertThat(fragments(archive, high)).isEqualTo(4);
    }
  }

  @Test
  void theFileThatIsOpenIsInThePlanWhichSealsNothing() throws IOException {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      push(
          archive,
          streams.put(new StreamName("a"), settings(Duration.ofHours(1), 0, 5, Duration.ZERO)));
      push(
          archive,
          streams.put(new StreamName("b"), settings(Duration.ZERO, 0, 5, Duration.ofMinutes(1))));
      Retention retention = later(archive, streams, Duration.ZERO, 0);
      for (int i = 0; i < 2; i++) {
        assertThat(retention.plan(Duration.ofHours(2)))
            .extracting(RetentionTest::line)
            .containsExactly("b THIN AGE", "a DELETE AGE");
        assertThat(retention.plan(Duration.ZERO)).isEmpty();
      }
      try (var files = Files.walk(folder)) {
        assertThat(files).noneMatch(file -> file.toString().endsWith(".weir"));
      }
    }
  }

  @Test
  void whatIsThinnedAndThenDeletedIsInThePlanTwice() throws IOException {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      StreamSettings both = settings(Duration.ofHours(5), 0, 5, Duration.ofHours(1));
      push(archive, streams.put(new StreamName("a"), both));
      assertThat(later(archive, streams, Duration.ZERO, 0).plan(Duration.ofDays(1)))
          .extracting(RetentionTest::line)
          .containsExactly("a THIN AGE", "a DELETE AGE");
      assertThat(later(archive, streams, Duration.ofHours(6), 0).plan(Duration.ofDays(1)))
          .extracting(RetentionTest::line)
          .containsExactly("a DELETE AGE");
    }
  }

  @Test
  void whatIsThinIsNotInThePlanAgainNorAfterARestart() throws IOException {
    Stream stream;
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      stream = streams.put(new StreamName("a"), settings(0, Duration.ofMinutes(1)));
      push(archive, stream);
      Retention retention = later(archive, streams, Duration.ofHours(1), 0);
      assertThat(retention.plan(Duration.ZERO)).hasSize(1);
      var _ = retention.run();
      assertThat(archive.files(stream.id(), Long.MIN_VALUE))
          .singleElement()
          .satisfies(file -> assertThat(archive.isThinnable(stream.id(), file.file())).isFalse());
      assertThat(retention.plan(Duration.ofDays(1))).isEmpty();
    }
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      Retention retention = later(archive, new Streams(archive, NOW), Duration.ofHours(1), 0);
      assertThat(retention.plan(Duration.ofDays(1))).isEmpty();
    }
  }

  @Test
  void soundAloneIsNotMadeAnewForThinning() throws IOException {
    try (DiskArchive archive = DiskArchive.open(ArchiveOptions.of(folder), NOW)) {
      var streams = new Streams(archive, NOW);
      Stream stream = streams.put(new StreamName("a"), settings(0, Duration.ofMinutes(1)));
      feed(archive, stream, "aac.mka");
      Retention retention = later(archive, streams, Duration.ofHours(1), 0);
      var _ = retention.run();
      List<StoredFile> sealed = archive.files(stream.id(), Long.MIN_VALUE);
      assertThat(sealed).singleElement().extracting(StoredFile::sealed).isEqualTo(true);
      assertThat(retention.plan(Duration.ZERO)).isEmpty();
      var _ = retention.run();
      assertThat(archive.files(stream.id(), Long.MIN_VALUE)).isEqualTo(sealed);
    }
  }
}
