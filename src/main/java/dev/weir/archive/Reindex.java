// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.Catalog;
import dev.weir.catalog.CatalogFile;
import dev.weir.catalog.H2Catalog;
import dev.weir.model.ChunkFileId;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.WeirException;
import dev.weir.store.DataFolders;
import dev.weir.store.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the catalog of data folders anew from their chunk files, as if it had never been there. The
 * old one is set aside, never deleted. Stateless.
 */
public final class Reindex {

  private Reindex() {}

  /** Hears how far the work is. */
  @FunctionalInterface
  public interface Progress {
    void files(long done, long total);
  }

  /**
   * What was found. Immutable.
   *
   * @param setAside where the old catalog lies now; empty when there was none
   * @param streams streams that have a folder
   * @param leftOut one line each: which file can't be read, and why
   */
  public record Report(
      Optional<Path> setAside, int streams, long fragments, long bytes, List<String> leftOut) {

    public Report {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Does the work. Blocking, may take long.
   *
   * @throws dev.weir.model.StorageFailure when a server uses the folders, or they can't be used
   */
  public static Report run(ArchiveOptions options, InstantSource clock, Progress progress) {
    var leftOut = new ArrayList<String>();
    var adoption =
        new Adoption() {
          @Override
          public void progress(long done, long total) {
            progress.files(done, total);
          }

          @Override
          public void leftOut(ChunkFileId file, WeirException why) {
            leftOut.add(file + ": " + why.getMessage());
          }
        };
    DataFolders folders = DataFolders.open(options.data());
    Optional<Path> setAside = setAside(folders);
    Catalog fresh = H2Catalog.open(folders.catalogFolder());
    try (var archive =
        DiskArchive.open(
            folders, CompletableFuture.completedFuture(fresh), options, clock, adoption)) {
      long fragments = 0;
      long bytes = 0;
      List<StreamId> streams = archive.streams();
      for (StreamId stream : streams) {
        StreamStatus status = archive.status(stream);
        fragments += status.fragments();
        bytes += status.bytes();
      }
      return new Report(setAside, streams.size(), fragments, bytes, leftOut);
    }
  }

  private static Optional<Path> setAside(DataFolders folders) {
    try {
      return CatalogFile.setAside(folders.catalogFolder());
    } catch (WeirException e) {
      for (Disk disk : folders.disks().values()) {
        try {
          disk.close();
        } catch (IOException second) {
          e.addSuppressed(second);
        }
      }
      throw e;
    }
  }
}
