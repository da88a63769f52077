// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFoldersTest {

  @TempDir Path folder;
  private Path data;
  private String identity;

  @BeforeEach
  void make() throws IOException {
    data = folder.resolve("data");
    RealDisk.at(data).close();
    identity = DataFolders.identity(data).orElseThrow();
  }

  @Test
  void theFolderWithTheStatedIdentityIsTaken() {
    assertThatCode(() -> DataFolders.require(List.of(data), List.of(identity)))
        .doesNotThrowAnyException();
  }

  @Test
  void anEmptyMountPointIsRefusedInWordsAndLeftEmpty() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> DataFolders.require(List.of(empty), List.of(identity)))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("mounted")
        .hasMessageContaining(identity)
        .hasMessageContaining("no data folder");
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void anotherDataFolderIsRefused() {
    String other = UUID.randomUUID().toString();
    assertThatThrownBy(() -> DataFolders.require(List.of(data), List.of(other)))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining(other)
        .hasMessageContaining(identity);
  }

  @Test
  void theRootOfAFileSystemIsTakenWhenNothingElseLiesInIt() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.createDirectory(root.resolve("lost+found"));
    RealDisk.at(root).close();
    assertThat(DataFolders.identity(root)).isPresent();
  }

  @Test
  void filesOfOthersAreSeenBesideLostAndFound() throws IOException {
    // Which of two names a folder lists first is the file system's: of many one comes later.
    for (int i = 0; i < 16; i++) {
      Path root = Files.createDirectory(folder.resolve("root" + i));
      Files.createDirectory(root.resolve("lost+found"));
      Files.createFile(root.resolve("holiday" + i + ".jpg"));
      assertThatThrownBy(() -> RealDisk.at(root))
          .isInstanceOf(StorageFailure.class)
          .hasMessageContaining("holiday");
    }
  }
}
