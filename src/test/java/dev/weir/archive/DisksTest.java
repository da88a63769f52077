// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ingest.IngestOptions;
import dev.weir.ingest.IngestSession;
import dev.weir.ingest.IngestSummary;
import dev.weir.model.CheckReport;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.GapReason;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.Disk;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import dev.weir.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several disks: files spread over them, and one that fails or is missing takes its own alone. */
final class DisksTest {

  /** A file for each fragment or two, so that there are many. */
  private static final StoreOptions SMALL_FILES =
      new StoreOptions(2, 20_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  @TempDir Path folder;

  static IngestSummary push(Archive archive, StreamId stream, String sample) throws IOException {
    var session =
        new IngestSession(
            IngestOptions.ARRIVAL,
            archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
            ack -> {},
            InstantSource.system());
    session.feed(ByteBuffer.wrap(Files.readAllBytes(Path.of("media-samples", sample))));
    session.end();
    return session.completion().join();
  }

  static int fragments(Archive archive, StreamId stream) {
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.SERVER)) {
      timeline
          .fragments()
          .forEach(each -> each.parts().forEach(part -> archive.readPart(each, part)));
      return timeline.fragments().size();
    }
  }

  private static long files(Path disk) throws IOException {
    try (Stream<Path> files = Files.walk(disk)) {
      return files.filter(file -> file.toString().endsWith(".weir")).count();
    }
  }

  private DiskArchive open(String... disks) {
    return DiskArchive.open(
        ArchiveOptions.of(Stream.of(disks).map(folder::resolve).toList(), SMALL_FILES),
        InstantSource.system());
  }

  /** Under an archive that is still sealing, a file may get another name while it is looked at. */
  private static void deleteAll(Path disk) {
    Eventually.holds(disk + " is deleted", () -> deleted(disk));
  }

  private static boolean deleted(Path disk) {
    try (Stream<Path> files = Files.walk(disk)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return !Files.exists(disk);
    }
  }

  @Test
  void filesSpreadAndComeBackFromEach() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 8; i++) {
        assertThat(push(archive, StreamId.random(), "h264-aac.mkv").persisted()).isEqualTo(4);
        push(archive, stream, "h264-aac.mkv");
      }
      archive.writeSettings(stream, new byte[] {1});
      assertThat(fragments(archive, stream)).isEqualTo(32);
    }
    assertThat(files(folder.resolve("a"))).isGreaterThan(10);
    assertThat(files(folder.resolve("b"))).isGreaterThan(10);
    try (DiskArchive archive = open("b", "a")) {
      assertThat(fragments(archive, stream)).isEqualTo(32);
      CheckReport report = archive.check();
      assertThat(report.failures()).isEmpty();
      assertThat(report.filesByDisk()).hasSize(2);
    }
  }

  @Test
  void aMissingDiskTakesItsOwnFilesAloneAndAnEmptyMountPointIsNotTakenForIt() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      archive.writeSettings(stream, new byte[] {7});
      for (int i = 0; i < 8; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    long onA = files(folder.resolve("a"));
    long onB = files(folder.resolve("b"));
    Path away = Files.move(folder.resolve("b"), folder.resolve("away"));
    Files.createDirectory(folder.resolve("b"));
    try (DiskArchive archive = open("a", "b")) {
      assertThat(fragments(archive, stream)).isBetween(1, 31);
      assertThat(archive.readSettings(stream)).hasSize(1);
      assertThat(archive.status(stream).fragments()).as("of what is there").isBetween(1L, 31L);
      assertThat(archive.check().failures())
          .hasSize(Math.toIntExact(onB))
          .allMatch(line -> line.startsWith("invariant 2"));
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
    }
    assertThat(files(folder.resolve("a"))).isGreaterThan(onA);
    try (Stream<Path> nothing = Files.list(folder.resolve("b"))) {
      assertThat(nothing).isEmpty();
    }
    Files.delete(folder.resolve("b"));
    Files.move(away, folder.resolve("b"));
    try (DiskArchive archive = open("a", "b")) {
      assertThat(fragments(archive, stream)).isEqualTo(36);
      assertThat(archive.check().failures()).isEmpty();
    }
  }

  @Test
  void theDiskWithTheCatalogMayBeMissingToo() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 8; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    deleteAll(folder.resolve("a"));
    try (DiskArchive archive = open("a", "b")) {
      assertThat(fragments(archive, stream)).isBetween(1, 31);
      assertThat(archive.check().failures()).isEmpty();
    }
  }

  @Test
  void anOpenStateThatWasCopiedBackDoesNotReplaceItsSealedFile() throws IOException {
    StreamId stream = StreamId.random();
    Path sealed;
    try (DiskArchive archive =
        DiskArchive.open(ArchiveOptions.of(folder.resolve("a")), InstantSource.system())) {
      push(archive, stream, "h264-aac.mkv");
    }
    try (Stream<Path> files = Files.walk(folder)) {
      sealed = files.filter(file -> file.toString().endsWith(".weir")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(sealed);
    Path open = Path.of(sealed.toString().replace(".weir", ".open"));
    Files.write(open, Arrays.copyOf(whole, whole.length / 2));
    try (DiskArchive archive = open("a")) {
      assertThat(fragments(archive, stream)).isEqualTo(4);
      assertThat(archive.check().failures()).isEmpty();
    }
    assertThat(Files.readAllBytes(sealed)).isEqualTo(whole);
    assertThat(open).doesNotExist();
  }

  @Test
  void twoServersOnOneFolderAndFoldersOfTwoServersAreRefused() throws IOException {
    try (DiskArchive first = open("a", "b")) {
      assertThat(first.streams()).isEmpty();
      assertThatThrownBy(() -> open("c", "b"))
          .isInstanceOf(StorageFailure.class)
          .hasMessageContaining("in use");
    }
    open("d", "e").close();
    assertThatThrownBy(() -> open("a", "d"))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("of another server");
  }

  @Test
  void aNewerFormatIsRefusedInWordsAndAMovedFolderIsTheSame() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a")) {
      push(archive, stream, "h264-aac.mkv");
    }
    Files.move(folder.resolve("a"), folder.resolve("moved"));
    try (DiskArchive archive = open("moved")) {
      assertThat(fragments(archive, stream)).isEqualTo(4);
    }
    Path identity = folder.resolve("moved").resolve("weir-data");
    Files.writeString(identity, Files.readString(identity).replace("format 1", "format 2"));
    assertThatThrownBy(() -> open("moved"))
        .hasMessageContaining("newer version of Weir")
        .hasMessageContaining("format 2");
  }

  /** Two disks, of which the first does what it is told. */
  private Map<String, Disk> disks(FaultyDisk bad) {
    Map<String, Disk> disks = new LinkedHashMap<>();
    disks.put("bad", bad);
    disks.put("good", RealDisk.at(folder.resolve("good")));
    return disks;
  }

  @Test
  void whenOneDiskCanNotForceItsFoldersTheOtherTakesAll() throws IOException {
    var bad = new FaultyDisk(RealDisk.at(folder.resolve("bad")));
    StreamId stream = StreamId.random();
    try (DiskArchive archive = Archives.open(disks(bad), SMALL_FILES)) {
      push(archive, stream, "h264-aac.mkv");
      bad.folderForcesFail(true);
      int failures = 0;
      for (int i = 0; i < 6; i++) {
        failures += push(archive, stream, "h264-aac.mkv").failure().isPresent() ? 1 : 0;
      }
      assertThat(failures).as("the disk is given up after its first failure").isLessThan(3);
      assertThat(archive.refused()).isEmpty();
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
      assertThat(fragments(archive, stream)).isGreaterThan(20);
    }
  }

  @Test
  void aFailedForceIsAGapWithItsReasonAndTheSessionGoesOnInAnotherFile() throws IOException {
    var disk = new FaultyDisk(RealDisk.at(folder.resolve("bad")));
    StreamId stream = StreamId.random();
    var options = new StoreOptions(2, 1 << 20, Long.MAX_VALUE / 4, 0, 1 << 20);
    try (DiskArchive archive = Archives.open(Map.of("bad", disk), options)) {
      push(archive, stream, "h264-aac.mkv");
      disk.failForces(1);
      IngestSummary hurt = push(archive, stream, "h264-aac.mkv");
      assertThat(hurt.failure()).isPresent();
      assertThat(hurt.persisted()).isLessThan(4);
      IngestSummary after = push(archive, stream, "h264-aac.mkv");
      assertThat(after.failure()).isEmpty();
      assertThat(after.persisted()).isEqualTo(4);
      assertDeclared(archive, stream);
      assertThat(archive.check().failures()).isEmpty();
    }
    try (DiskArchive archive =
        Archives.open(Map.of("bad", RealDisk.at(folder.resolve("bad"))), options)) {
      assertDeclared(archive, stream);
    }
  }

  private static void assertDeclared(DiskArchive archive, StreamId stream) {
    try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      assertThat(timeline.gaps())
          .anySatisfy(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.STORAGE);
            assertThat(gap.detail()).contains("Input/output error");
          });
    }
  }

  @Test
  void aFolderDeletedUnderTheServerIsNeverAcknowledgedFrom() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a")) {
      var session =
          new IngestSession(
              IngestOptions.ARRIVAL,
              archive.openSession(stream, 6_000_000_000L, Durability.FSYNC),
              ack -> {},
              InstantSource.system());
      byte[] media = Files.readAllBytes(Path.of("media-samples/h264-aac.mkv"));
      session.feed(ByteBuffer.wrap(media, 0, media.length / 2));
      while (archive.bytesInFlight() > 0) {
        Thread.onSpinWait();
      }
      deleteAll(folder.resolve("a").resolve("streams"));
      session.feed(ByteBuffer.wrap(media, media.length / 2, media.length - media.length / 2));
      session.end();
      IngestSummary summary = session.completion().join();
      assertThat(summary.failure()).isPresent();
      assertThat(summary.persisted()).isLessThan(4);
    }
  }

  @Test
  void repairKeepsWhatProvesItselfAndACopyOfTheRest() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive =
        DiskArchive.open(ArchiveOptions.of(folder.resolve("a")), InstantSource.system())) {
      push(archive, stream, "h264-aac.mkv");
    }
    Path path;
    try (Stream<Path> files = Files.walk(folder)) {
      path = files.filter(file -> file.toString().endsWith(".weir")).findFirst().orElseThrow();
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), file.size() / 2);
    }
    byte[] damaged = Files.readAllBytes(path);
    try (DiskArchive archive = open("a")) {
      CheckReport report = archive.check();
      assertThat(report.damaged()).hasSize(1);
      archive.repair(report);
      assertThat(archive.check().failures()).isEmpty();
      assertThat(fragments(archive, stream)).isEqualTo(3);
      try (Timeline timeline = archive.find(stream, TimeRange.ALL, Clock.SERVER)) {
        assertThat(timeline.gaps()).anyMatch(gap -> gap.reason() == GapReason.CORRUPTION);
      }
    }
    assertThat(path).doesNotExist();
    try (Stream<Path> lost = Files.list(folder.resolve("a").resolve("lost+found"))) {
      List<Path> copies = lost.toList();
      assertThat(copies).hasSize(1);
      assertThat(Files.readAllBytes(copies.getFirst())).isEqualTo(damaged);
    }
  }

  @Test
  void smallDocumentsThatMakeNoSenseTakeNoMediaWithThem() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a")) {
      push(archive, stream, "h264-aac.mkv");
    }
    Path streamFolder = folder.resolve("a/streams/" + stream);
    for (String rubbish :
        List.of("", "\n", "x", "1 2", "9 9 x\n1 0 5\n", "99999999999999999999 1 1")) {
      Files.writeString(streamFolder.resolve("counters"), rubbish);
      Files.writeString(streamFolder.resolve("forgotten"), rubbish);
      try (DiskArchive archive = open("a")) {
        int before = fragments(archive, stream);
        assertThat(before).isGreaterThanOrEqualTo(4);
        assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
        assertThat(fragments(archive, stream)).isEqualTo(before + 4);
      }
    }
  }

  @Test
  void aFileThatLiesOnTwoDisksIsNamedAndItsCopyIsSetAside() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      push(archive, stream, "h264-aac.mkv");
    }
    for (int round = 0; round < 3; round++) {
      boolean copyIsDamaged = round > 0;
      Path original = sealedFiles().getFirst();
      Path other = folder.resolve(original.startsWith(folder.resolve("a")) ? "b" : "a");
      Path copy = other.resolve("streams/" + stream).resolve(original.getFileName());
      byte[] whole = Files.readAllBytes(original);
      Files.write(copy, copyIsDamaged ? Arrays.copyOf(whole, whole.length / 2) : whole);
      // Of two copies the first disk's is read, which is the damaged one in one of the rounds.
      try (DiskArchive archive = round == 2 ? open("b", "a") : open("a", "b")) {
        CheckReport report = archive.check();
        assertThat(report.failures())
            .anySatisfy(line ->
                assertThat(line)
                    .contains(original.getFileName().toString().substring(0, 16))
                    .contains(folder.resolve("a").toString(), folder.resolve("b").toString()));
        assertThat(report.strays()).hasSize(1);
        assertThat(report.damaged()).isEmpty();
        archive.repair(report);
        assertThat(archive.check().failures()).isEmpty();
        assertThat(fragments(archive, stream)).isEqualTo(4);
      }
    }
    assertThat(sealedFiles()).doesNotHaveDuplicates();
    try (Stream<Path> lost = Files.walk(folder)) {
      assertThat(lost.filter(path -> path.toString().contains("lost+found/"))).hasSize(3);
    }
  }

  @Test
  void whatIsForgottenDoesNotComeBackFromACopyOnAnotherDisk() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      push(archive, stream, "h264-aac.mkv");
    }
    for (Path file : sealedFiles()) {
      Path other = folder.resolve(file.startsWith(folder.resolve("a")) ? "b" : "a");
      Files.copy(file, other.resolve("streams/" + stream).resolve(file.getFileName()));
    }
    try (DiskArchive archive = open("a", "b")) {
      archive.forget(stream, TimeRange.ALL, List.of());
      assertThat(archive.forgetPending(stream)).isTrue();
      assertThat(fragments(archive, stream)).isZero();
    }
    try (DiskArchive archive = open("a", "b")) {
      assertThat(fragments(archive, stream)).isZero();
      assertThat(archive.check().failures()).isEmpty();
    }
  }

  private List<Path> sealedFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".weir")).toList();
    }
  }
}
