// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The file of a catalog that is not open: set aside, taken from a backup. Stateless; blocks. */
public final class CatalogFile {

  private static final String FILE = "catalog.mv.db";

  private CatalogFile() {}

  /**
   * Gives the catalog of a folder, which must not be open, another name, so that the next one
   * begins empty.
   *
   * @return the file it is now; empty when there was none
   */
  public static Optional<Path> setAside(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Files.move(file, folder.resolve("catalog-" + UUID.randomUUID() + ".aside")));
    } catch (IOException e) {
      throw new StorageFailure("catalog can't be set aside", file.toString(), "", e.toString());
    }
  }

  /** Of a database whose file was deleted under it H2 makes a backup with nothing in it. */
  static void requireContent(Path backup) {
    try (var zip = new ZipFile(backup.toFile())) {
      if (zip.getEntry(FILE) == null) {
        Files.delete(backup);
        throw new StorageFailure(
            "no backup: the catalog's file was deleted",
            FILE,
            "the file of the running server",
            "");
      }
    } catch (IOException e) {
      throw new StorageFailure("backup not read back", backup.toString(), "", e.toString());
    }
  }

  /**
   * Puts a backup in the place of a folder's catalog, which must not be open and is set aside.
   *
   * @return the file that the old one is now; empty when there was none
   */
  public static Optional<Path> restore(Path backup, Path folder) {
    if (!Files.isRegularFile(backup)) {
      throw notABackup(backup, Files.exists(backup) ? "a folder" : "no file of this name");
    }
    try (var zip = new ZipFile(backup.toFile())) {
      ZipEntry entry = zip.getEntry(FILE);
      if (entry == null) {
        throw notABackup(backup, "a zip without it");
      }
      Path fresh = folder.resolve(FILE + ".new");
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      }
      Optional<Path> old = setAside(folder);
      Files.move(fresh, folder.resolve(FILE));
      return old;
    } catch (ZipException e) {
      throw notABackup(backup, "no zip, or a damaged one");
    } catch (IOException e) {
      throw new StorageFailure("catalog not restored", backup.toString(), "", e.toString());
    }
  }

  private static StorageFailure notABackup(Path file, String found) {
    return new StorageFailure(
        "not a backup of a catalog", file.toString(), "a zip with " + FILE, found);
  }
}
