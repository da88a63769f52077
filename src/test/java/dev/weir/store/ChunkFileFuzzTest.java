// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.bytes.ByteReader;
import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Any bytes at all, read as a chunk file: either values that make sense, or an error of the family;
 * never an endless scan.
 */
final class ChunkFileFuzzTest {

  private static final ChunkFileId FILE =
      new ChunkFileId(new StreamId(new UUID(0x1234, 0x5678)), 0x9abc);

  /** What a scan finds of a file with a whole header, and what the store then reads of it. */
  @FuzzTest(maxDuration = "1m")
  void records(byte[] body) throws IOException {
    var disk = new CrashableDisk();
    disk.createFolders(Layout.folder(FILE.stream()));
    try (Disk.Handle handle = disk.create(Layout.sealed(FILE))) {
      handle.append(
          List.of(new FileHeader(FILE, FileHeader.REPLACES_NONE).encode(), ByteBuffer.wrap(body)));
      FileScan.Result scan = FileScan.scan(FILE, handle);
      assertThat(scan.goodBytes()).isBetween((long) StoreFormat.FILE_HEADER_BYTES, handle.size());
      for (FragmentEntry fragment : scan.index().index(0, handle.size()).fragments()) {
        assertThat(fragment.parts()).isNotEmpty();
      }
    } catch (WeirException e) {
      assertThat(e.where()).isNotEmpty();
    }
  }

  /** A footer whose checksum is right and whose fields are anything. */
  @FuzzTest(maxDuration = "1m")
  void footer(byte[] body) {
    try {
      FileIndex index =
          IndexBuilder.readFooter(FILE, new ByteReader(ByteBuffer.wrap(body), "footer"))
              .index(0, 1L << 30);
      assertThat(index.fileBytes()).isEqualTo(1L << 30);
    } catch (WeirException | IllegalArgumentException e) {
      // What the store turns into an error that names the file.
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
