// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static dev.weir.archive.DisksTest.push;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders where files should be, put there by somebody's copying, take nothing else away. */
final class StrangeFoldersTest {

  @TempDir Path folder;
  private final StreamId stream = StreamId.random();

  private DiskArchive open() {
    return DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
  }

  /** One file of the stream, and a folder of the name with something in it. */
  private void storeBeside(String name) throws IOException {
    try (DiskArchive archive = open()) {
      push(archive, stream, "h264-aac.mkv");
    }
    Path strange = folder.resolve("streams/" + stream + "/" + name);
    Files.deleteIfExists(strange);
    Files.createDirectory(strange);
    Files.createFile(strange.resolve("content"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0006400000000000.open", "0006400000000000.copy", "0006400000000000.weir"})
  void theServerStartsBesideOneThatIsNamedAsAChunkFile(String name) throws IOException {
    storeBeside(name);
    try (DiskArchive archive = open()) {
      assertThat(fragments(archive, stream)).isEqualTo(4);
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
    }
    assertThat(folder.resolve("streams/" + stream + "/" + name + "/content")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"counters", "forgotten", "displaced", "reserved"})
  void theStreamIsReadAndPushedToAndCheckedBesideOneThatIsNamedAsADocument(String name)
      throws IOException {
    storeBeside(name);
    try (DiskArchive archive = open()) {
      assertThat(fragments(archive, stream)).isEqualTo(4);
      assertThat(push(archive, stream, "h264-aac.mkv").persisted()).isEqualTo(4);
      assertThat(archive.check().failures()).isEmpty();
      assertThat(archive.prove(stream, TimeRange.ALL).breaks()).isEmpty();
    }
  }

  @Test
  void aFolderInPlaceOfTheSettingsIsACopyThatMakesNoSense() throws IOException {
    storeBeside("stream.json");
    try (DiskArchive archive = open()) {
      assertThat(archive.readSettings(stream)).hasSize(1);
    }
  }
}
