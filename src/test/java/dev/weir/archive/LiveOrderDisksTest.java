// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static dev.weir.archive.DisksTest.push;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.CheckReport;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live order of a stream whose files lie on several disks, of which one may be away. */
final class LiveOrderDisksTest {

  /** A file for each fragment or two, so that both disks have some. */
  private static final StoreOptions SMALL_FILES =
      new StoreOptions(2, 20_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  @TempDir Path folder;

  private DiskArchive open(String... disks) {
    return DiskArchive.open(
        ArchiveOptions.of(Stream.of(disks).map(folder::resolve).toList(), SMALL_FILES),
        InstantSource.system());
  }

  private void move(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void noPlaceIsGivenTwiceWhileADiskIsAway(String away) throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 4; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    move(away, "away");
    long edge;
    try (DiskArchive archive = open("a", "b")) {
      push(archive, stream, "h264-aac.mkv");
      edge = archive.status(stream).nextLiveOrdinal();
    }
    try (DiskArchive archive = open("a", "b")) {
      push(archive, stream, "h264-aac.mkv");
      assertThat(archive.status(stream).nextLiveOrdinal())
          .as("what is left free is left free once")
          .isEqualTo(edge + 4);
    }
    Files.deleteIfExists(folder.resolve(away));
    move("away", away);
    try (DiskArchive archive = open("a", "b")) {
      assertThat(archive.check().failures()).isEmpty();
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
    }
    try (DiskArchive archive = open("a", "b")) {
      assertThat(archive.check().failures()).isEmpty();
      assertThat(archive.status(stream).nextLiveOrdinal())
          .as("with all disks there the order is dense")
          .isEqualTo(edge + 8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void norWhenTheServerBeforeHadDied(String stays) throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 4; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
      copy("a", "dead-a");
      copy("b", "dead-b");
    }
    try (DiskArchive archive = open("dead-" + stays)) {
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
    }
    try (DiskArchive archive = open("dead-a", "dead-b")) {
      assertThat(archive.check().failures()).isEmpty();
    }
  }

  /**
   * As a server that is killed leaves it; the catalog, which may be half written, is not needed.
   */
  private void copy(String from, String to) throws IOException {
    Path root = folder.resolve(from);
    Path copy = folder.resolve(to);
    while (!copied(root, copy)) {
      try (Stream<Path> all = Files.walk(copy)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** False when a file was sealed, and so got another name, while it was being copied. */
  private static boolean copied(Path root, Path copy) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.filter(path -> !path.toString().contains("catalog")).toList()) {
        Files.copy(each, copy.resolve(root.relativize(each).toString()));
      }
      return true;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false;
    }
  }

  /** As folders were left before the order was reserved on every disk. */
  @Test
  void whatWasGivenTwiceIsNamedAndRepaired() throws IOException {
    StreamId stream = StreamId.random();
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 4; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    String newest = newest();
    for (String disk : List.of("a", "b")) {
      Files.delete(folder.resolve(disk).resolve("streams/" + stream + "/reserved"));
      Files.deleteIfExists(folder.resolve(disk).resolve("catalog.mv.db"));
    }
    move(newest, "away");
    try (DiskArchive archive = open("a", "b")) {
      for (int i = 0; i < 4; i++) {
        push(archive, stream, "h264-aac.mkv");
      }
    }
    Files.deleteIfExists(folder.resolve(newest));
    move("away", newest);
    try (DiskArchive archive = open("a", "b")) {
      CheckReport report = archive.check();
      assertThat(report.failures())
          .singleElement()
          .asString()
          .contains("live order", "are of two fragments each", stream.toString());
      assertThat(report.contested()).hasSize(1);
      archive.repair(report);
      assertWholeAndInOrder(archive, stream, 32);
    }
    try (DiskArchive archive = open("b", "a")) {
      assertWholeAndInOrder(archive, stream, 32);
      push(archive, stream, "h264-aac.mkv");
      assertWholeAndInOrder(archive, stream, 36);
    }
  }

  /** The disk with the stream's newest file. */
  private String newest() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path file =
          files
              .filter(path -> path.toString().endsWith(".weir"))
              .max(Comparator.comparing(path -> path.getFileName().toString()))
              .orElseThrow();
      return folder.relativize(file).getName(0).toString();
    }
  }

  private static void assertWholeAndInOrder(DiskArchive archive, StreamId stream, int fragments) {
    assertThat(archive.check().failures()).isEmpty();
    assertThat(fragments(archive, stream)).isEqualTo(fragments);
    try (Timeline live = archive.liveEdge(stream, Long.MAX_VALUE / 4)) {
      assertThat(live.fragments())
          .extracting(each -> each.live().orElseThrow().liveOrdinal())
          .isSorted()
          .doesNotHaveDuplicates()
          .hasSizeGreaterThanOrEqualTo(16);
      assertThat(live.fragments()).extracting(FragmentEntry::producerTimeNs).isSorted();
    }
  }
}
