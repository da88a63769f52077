// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static dev.weir.archive.DisksTest.fragments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.catalog.FileRow;
import dev.weir.catalog.H2Catalog;
import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the catalog's file is damaged, the server starts, and hides nothing in silence. */
final class DamagedCatalogTest {

  private static final int ROUNDS = 100;
  private static final int BLOCK_BYTES = 4096;

  @TempDir Path folder;

  private DiskArchive open() {
    return DiskArchive.open(ArchiveOptions.of(folder), InstantSource.system());
  }

  /** A flipped bit, a block of nothing, of rubbish, of another place, or an end that is lost. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    int at = random.nextInt(bytes.length / BLOCK_BYTES) * BLOCK_BYTES;
    switch (random.nextInt(5)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bytes, at, at + BLOCK_BYTES, (byte) 0);
      case 2 -> {
        byte[] rubbish = new byte[BLOCK_BYTES];
        random.nextBytes(rubbish);
        System.arraycopy(rubbish, 0, bytes, at, BLOCK_BYTES);
      }
      case 3 -> {
        int from = random.nextInt(bytes.length / BLOCK_BYTES) * BLOCK_BYTES;
        System.arraycopy(whole, from, bytes, at, BLOCK_BYTES);
      }
      default -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    return bytes;
  }

  /** Rows of files that are not there: a catalog of some size. */
  private void fill() {
    StreamId other = StreamId.random();
    try (H2Catalog catalog = H2Catalog.open(folder)) {
      for (long round = 0; round < 6; round++) {
        for (long n = round * 100; n < round * 100 + 40; n++) {
          catalog.add(
              List.of(new FileRow(new ChunkFileId(other, n), 1, 9, n, n, n, n, n, n, n, 0)));
        }
        catalog.markDeleting(List.of(new ChunkFileId(other, round * 100 + 3)));
      }
    }
  }

  @Test
  void theServerStartsAndWhatIsStoredIsShownOrSaidNotToBe() throws IOException {
    StreamId stream = StreamId.random();
    push(stream);
    push(stream);
    fill();
    Path catalog = folder.resolve("catalog.mv.db");
    byte[] whole = Files.readAllBytes(catalog);
    push(stream);
    int shown = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Files.write(catalog, damaged(whole, new Random(seed)));
      try (DiskArchive archive = open()) {
        shown += shows(archive, stream, seed) ? 1 : 0;
      }
    }
    assertThat(shown).isGreaterThan(ROUNDS * 9 / 10);
  }

  /** All of it, or a failure that says where. */
  private static boolean shows(DiskArchive archive, StreamId stream, int seed) {
    try {
      assertThat(fragments(archive, stream)).as("seed %d", seed).isEqualTo(12);
      return true;
    } catch (StorageFailure e) {
      assertThat(e).as("seed %d", seed).hasMessageStartingWith("catalog: ");
      return false;
    }
  }

  private void push(StreamId stream) throws IOException {
    try (DiskArchive archive = open()) {
      DisksTest.push(archive, stream, "h264-aac.mkv");
    }
  }
}
