// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A catalog on a disk that fills up and has room again. Mounting one takes root. */
@EnabledIf("isRoot")
final class FullCatalogTest {

  private static final StreamId STREAM = new StreamId(new UUID(1, 2));

  @TempDir Path folder;
  private Path mount;

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @BeforeEach
  void mount() throws IOException {
    mount = Files.createDirectory(folder.resolve("small"));
    Program.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount.toString());
  }

  @AfterEach
  void unmount() {
    Program.run("umount", mount.toString());
  }

  @Test
  void whenThereIsRoomAgainItAndItsLedgerAreWrittenAgainAndWhoFillsItIsTold() throws IOException {
    var reopened = new AtomicInteger();
    try (H2Catalog catalog = H2Catalog.open(mount);
        Ledger ledger = catalog.ledger()) {
      catalog.onReopened(reopened::incrementAndGet);
      catalog.add(List.of(row(1)));
      catalog.markDeleting(List.of(new ChunkFileId(STREAM, 99)));
      Path ballast = mount.resolve("ballast");
      fill(ballast);
      Throwable failure = null;
      for (int file = 2; failure == null && file < 100_000; file++) {
        int next = file;
        failure =
            catchThrowable(() -> {
              catalog.add(List.of(row(next)));
              catalog.markDeleting(List.of(new ChunkFileId(STREAM, 99)));
            });
      }
      assertThat(failure).isInstanceOf(StorageFailure.class);
      assertThat(catalog.find(STREAM, TimeRange.ALL, Clock.PRODUCER))
          .as("reads go on")
          .contains(row(1));
      Files.delete(ballast);
      catalog.add(List.of(row(1_000_000)));
      catalog.markDeleting(List.of(new ChunkFileId(STREAM, 99)));
      assertThat(reopened).hasPositiveValue();
      assertThat(catalog.find(STREAM, TimeRange.ALL, Clock.PRODUCER))
          .contains(row(1), row(1_000_000));
      // What came before on the same database may find it gone, once.
      var _ = catchThrowable(() -> ledger.all("room"));
      ledger.put("room", Map.of("name", "document"));
      ledger.sync();
      assertThat(ledger.find("room", "name")).contains("document");
    }
    try (H2Catalog again = H2Catalog.open(mount)) {
      assertThat(again.find(STREAM, TimeRange.ALL, Clock.PRODUCER))
          .contains(row(1), row(1_000_000));
    }
  }

  private static void fill(Path ballast) {
    Throwable full =
        catchThrowable(() -> {
          try (var out = Files.newOutputStream(ballast)) {
            var block = new byte[4096];
            while (true) {
              out.write(block);
            }
          }
        });
    assertThat(full).isInstanceOf(IOException.class);
  }

  private static FileRow row(long file) {
    return new FileRow(
        new ChunkFileId(STREAM, file),
        1,
        1000,
        0,
        1_000_000_000,
        0,
        1_000_000_000,
        file,
        file,
        0,
        0);
  }
}
