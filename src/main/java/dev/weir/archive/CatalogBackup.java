// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.CatalogFile;
import dev.weir.model.WeirException;
import dev.weir.store.DataFolders;
import dev.weir.store.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Puts a backup of the catalog back into data folders that no server uses. Stateless. */
public final class CatalogBackup {

  private CatalogBackup() {}

  /**
   * Restores; the next opening adopts files that the backup does not know.
   *
   * @return where the catalog that was there is now; empty when there was none
   * @throws dev.weir.model.StorageFailure when a server uses the folders, or the file is no backup
   */
  public static Optional<Path> restore(Path backup, ArchiveOptions options) {
    DataFolders folders = DataFolders.open(options.data());
    try {
      return CatalogFile.restore(backup, folders.catalogFolder());
    } finally {
      for (Disk disk : folders.disks().values()) {
        close(disk);
      }
    }
  }

  private static void close(Disk disk) {
    try {
      disk.close();
    } catch (IOException | WeirException e) {
      throw new IllegalStateException("a data folder did not close", e);
    }
  }
}
