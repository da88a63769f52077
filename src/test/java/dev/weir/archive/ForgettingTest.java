// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static dev.weir.archive.DisksTest.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forgetting, and making files anew for it, on disks that are full, damaged or read-only. */
final class ForgettingTest {

  private static final long RESERVE = 1 << 20;
  private static final StoreOptions OPTIONS =
      new StoreOptions(2, 64 << 20, Long.MAX_VALUE / 4, RESERVE, 16 << 20);

  @TempDir Path folder;
  private final StreamId stream = StreamId.random();
  private FaultyDisk disk;
  private DiskArchive archive;

  @BeforeEach
  void open() {
    disk = new FaultyDisk(RealDisk.at(folder));
    archive = Archives.open(Map.of("disk", disk), OPTIONS);
  }

  @AfterEach
  void close() {
    archive.close();
  }

  private void restart() {
    close();
    open();
  }

  /** One sealed file of so many pushes. */
  private void store(int pushes) throws IOException {
    for (int i = 0; i < pushes; i++) {
      push(archive, stream, "h264-aac.mkv");
    }
    restart();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("streams/" + stream))) {
      return files.filter(file -> file.toString().matches(".*\\.(weir|open|copy)")).toList();
    }
  }

  private FragmentEntry fragment(int index) {
    try (Timeline all = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      return all.fragments().get(index);
    }
  }

  private List<Gap> gaps() {
    try (Timeline all = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
      return all.gaps();
    }
  }

  private TimeRange first() {
    long startNs = fragment(0).producerTimeNs();
    return new TimeRange(startNs, startNs + 1);
  }

  @Test
  void whereAFileCanNotBeMadeAnewYetTheRangeIsHiddenAndTheAnswerIsSuccess() throws IOException {
    store(1);
    List<Path> before = files();
    disk.noRoomForCopies(true);
    archive.forget(stream, first(), List.of());
    assertThat(archive.forgetPending(stream)).isFalse();
    assertThat(fragments(archive, stream)).isEqualTo(3);
    assertThat(files()).isEqualTo(before);
    restart();
    assertThat(fragments(archive, stream)).as("after a restart").isEqualTo(3);
    disk.noRoomForCopies(true);
    assertThat(archive.forgetPending(stream)).isFalse();
    disk.noRoomForCopies(false);
    assertThat(archive.forgetPending(stream)).isTrue();
    assertThat(files()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(fragments(archive, stream)).isEqualTo(3);
    assertThat(archive.check().failures()).isEmpty();
  }

  @Test
  void whatCanNotBePutOnRecordIsRefusedAndNothingIsHidden() throws IOException {
    store(1);
    TimeRange range = first();
    disk.readOnly(true);
    assertThatThrownBy(() -> archive.forget(stream, range, List.of()))
        .isInstanceOf(StorageFailure.class);
    assertThat(fragments(archive, stream)).isEqualTo(4);
    disk.readOnly(false);
    restart();
    assertThat(fragments(archive, stream)).isEqualTo(4);
  }

  @Test
  void aFileIsNotMadeAnewIntoTheReserve() throws IOException {
    store(10);
    List<Path> before = files();
    disk.freeBytes(RESERVE + Files.size(before.getFirst()) / 2);
    archive.forget(stream, first(), List.of());
    assertThat(archive.forgetPending(stream)).isFalse();
    ChunkFileId file = fragment(0).file();
    assertThatThrownBy(() -> archive.thin(stream, file))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("disk full")
        .hasMessageContaining("beside the reserve");
    assertThat(files()).as("untouched, and nothing beside it").isEqualTo(before);
    assertThat(fragments(archive, stream)).isEqualTo(39);
    disk.freeBytes(Long.MAX_VALUE);
    assertThat(archive.forgetPending(stream)).isTrue();
    assertThat(files()).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(fragments(archive, stream)).isEqualTo(39);
  }

  @Test
  void allOfAFileIsForgottenOnAFullDiskToo() throws IOException {
    store(10);
    disk.freeBytes(RESERVE / 2);
    archive.forget(stream, TimeRange.ALL, List.of());
    assertThat(archive.forgetPending(stream)).isTrue();
    assertThat(Files.size(files().getFirst())).isLessThan(RESERVE / 4);
  }

  @Test
  void aFragmentThatIsHeldIsNotMeantWhenItComesToLightLater() throws IOException {
    store(1);
    TimeRange whole = new TimeRange(fragment(0).producerTimeNs(), fragment(1).producerEndNs());
    long endNs = fragment(1).producerEndNs();
    archive.forget(stream, whole, List.of(new TimeRange(endNs - 1, endNs)));
    for (int i = 0; i < 2; i++) {
      assertThat(fragments(archive, stream)).isEqualTo(3);
      restart();
    }
    assertThat(archive.forgetPending(stream)).isTrue();
    assertThat(fragments(archive, stream)).isEqualTo(3);
  }

  private void damage(FragmentEntry fragment) throws IOException {
    try (FileChannel file = FileChannel.open(files().getFirst(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(100), fragment.parts(0).getFirst().offset() + 1000);
    }
  }

  @Test
  void damageElsewhereInAFileDoesNotKeepWhatIsForgotten() throws IOException {
    store(1);
    List<Path> before = files();
    damage(fragment(2));
    archive.forget(stream, first(), List.of());
    assertThat(archive.forgetPending(stream)).isTrue();
    assertThat(files()).doesNotContainAnyElementsOf(before);
    assertThat(folder.resolve("lost+found")).as("no copy of what is forgotten").doesNotExist();
    for (int i = 0; i < 2; i++) {
      assertThat(fragments(archive, stream)).as("all that is whole").isEqualTo(2);
      assertThat(gaps())
          .extracting(Gap::reason)
          .containsExactly(GapReason.FORGOTTEN, GapReason.CORRUPTION);
      assertThat(archive.check().failures()).isEmpty();
      restart();
    }
  }

  @Test
  void repairKeepsNoCopyOfWhatIsToBeForgotten() throws IOException {
    store(1);
    damage(fragment(2));
    disk.noRoomForCopies(true);
    archive.forget(stream, first(), List.of());
    assertThat(archive.forgetPending(stream)).isFalse();
    disk.noRoomForCopies(false);
    archive.repair(archive.check());
    assertThat(folder.resolve("lost+found")).doesNotExist();
    assertThat(fragments(archive, stream)).isEqualTo(2);
    assertThat(archive.check().failures()).isEmpty();
  }

  @Test
  void aFileThatCouldNotBeMadeAnewLeavesNothingBehind() throws IOException {
    store(1);
    List<Path> before = files();
    damage(fragment(2));
    ChunkFileId file = fragment(0).file();
    for (int tries = 0; tries < 3; tries++) {
      assertThatThrownBy(() -> archive.thin(stream, file)).isInstanceOf(CorruptRecord.class);
    }
    assertThat(files()).isEqualTo(before);
  }
}
