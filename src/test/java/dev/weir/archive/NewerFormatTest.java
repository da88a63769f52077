// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static dev.weir.archive.DisksTest.push;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Clock;
import dev.weir.model.GapReason;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One sealed file that a newer Weir has written, or that contradicts itself, among others. */
final class NewerFormatTest {

  /** A file for each fragment or two. */
  private static final StoreOptions SMALL_FILES =
      new StoreOptions(2, 20_000, Long.MAX_VALUE / 4, 0, 1 << 20);

  private static final int FILE_HEADER_BYTES = 48;

  @TempDir Path folder;
  private final StreamId stream = StreamId.random();

  private DiskArchive open() {
    return DiskArchive.open(
        ArchiveOptions.of(List.of(folder), SMALL_FILES), InstantSource.system());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".weir")).sorted().toList();
    }
  }

  /** The same header, of version 2, with its checksum. */
  private static void makeNewer(Path file) throws IOException {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    bytes.putShort(8, (short) 2);
    var crc = new CRC32C();
    crc.update(bytes.slice(0, FILE_HEADER_BYTES - 4));
    bytes.putInt(FILE_HEADER_BYTES - 4, (int) crc.getValue());
    Files.write(file, bytes.array());
  }

  @Test
  void itTakesAwayItsOwnMediaAndIsNamed() throws IOException {
    try (DiskArchive archive = open()) {
      push(archive, stream, "h264-aac.mkv");
      push(archive, stream, "h264-aac.mkv");
    }
    List<Path> files = files();
    // The newest too, which a stream takes up from.
    for (Path newer : List.of(files.get(1), files.getLast())) {
      makeNewer(newer);
    }
    String name = files.get(1).getFileName().toString().substring(0, 16);
    try (DiskArchive archive = open()) {
      int shown = fragments(archive, stream);
      assertThat(shown).isEqualTo(files.size() - 2);
      try (Timeline all = archive.find(stream, TimeRange.ALL, Clock.PRODUCER)) {
        assertThat(all.gaps())
            .hasSize(2)
            .allMatch(gap -> gap.reason() == GapReason.UNSUPPORTED)
            .anyMatch(gap -> gap.detail().contains(name));
      }
      assertThat(archive.check().failures())
          .hasSize(2)
          .allMatch(line -> line.contains("chunk file of a newer version"))
          .anyMatch(line -> line.contains(name));
      assertThat(archive.prove(stream, TimeRange.ALL).breaks())
          .anyMatch(line -> line.contains(name) && line.contains("newer version"));
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
      assertThat(fragments(archive, stream)).isEqualTo(shown + 4);
      archive.forget(stream, TimeRange.ALL, List.of());
      assertThat(fragments(archive, stream)).isZero();
      assertThat(archive.forgetPending(stream)).as("what can't be read is still there").isFalse();
    }
    assertThat(files()).contains(files.get(1), files.getLast());
  }
}
