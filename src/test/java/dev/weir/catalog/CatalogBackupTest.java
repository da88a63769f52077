// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogBackupTest {

  @TempDir Path folder;

  @Test
  void aBackupOfACatalogWhoseFileIsGoneIsRefusedAndLeavesNothing() throws IOException {
    Path backup = folder.resolve("catalog.zip");
    try (H2Catalog catalog = H2Catalog.open(folder)) {
      Files.delete(folder.resolve("catalog.mv.db"));
      assertThatThrownBy(() -> catalog.backUp(backup))
          .isInstanceOf(StorageFailure.class)
          .hasMessageContaining("no backup: the catalog's file was deleted");
    }
    assertThat(backup).doesNotExist();
  }

  private void refused(Path file, String found) {
    assertThatThrownBy(() -> CatalogFile.restore(file, folder))
        .isInstanceOf(StorageFailure.class)
        .hasMessageContaining("not a backup of a catalog")
        .hasMessageContaining(found)
        .hasMessageNotContaining("Exception");
  }

  @Test
  void whatIsNoBackupIsRefusedInWords() throws IOException {
    refused(folder.resolve("none.zip"), "no file of this name");
    refused(folder, "a folder");
    refused(Files.writeString(folder.resolve("text.zip"), "text"), "no zip, or a damaged one");
    Path other = folder.resolve("other.zip");
    try (OutputStream out = Files.newOutputStream(other);
        var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("other"));
    }
    refused(other, "a zip without it");
    assertThat(folder.resolve("catalog.mv.db")).doesNotExist();
  }
}
