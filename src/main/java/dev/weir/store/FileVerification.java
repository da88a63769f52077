// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a chunk file, sealed or open, says when every byte of it is looked at. Immutable.
 *
 * @param disk where it lies, for people
 * @param records the index that its records give, whatever its footer says
 * @param bytes its length
 * @param problems one line each, with the place; empty when the file is whole
 */
public record FileVerification(String disk, FileIndex records, long bytes, List<String> problems) {

  public FileVerification {
    problems = List.copyOf(problems);
  }

  static FileVerification of(Volume volume, ChunkFileId sealed, Disk.Handle handle)
      throws IOException {
    var problems = new ArrayList<String>();
    long size = handle.size();
    Optional<FileHeader> header = FileHeader.read(handle);
    if (header.isEmpty()) {
      problems.add(sealed + " byte 0: the file header does not prove itself");
    } else if (!header.get().file().equals(sealed)) {
      problems.add(sealed + " byte 0: the file header is of " + header.get().file());
    }
    long replaces = header.map(FileHeader::replaces).orElse(FileHeader.REPLACES_NONE);
    FileScan.Result scan = FileScan.scan(sealed, handle);
    FileIndex records = scan.index().index(replaces, size);
    if (volume.disk().exists(Layout.open(sealed))) {
      // Still being written: it has no end yet.
      problems.addAll(scan.notes());
      return new FileVerification(volume.name(), records, size, problems);
    }
    checkEnd(sealed, handle, scan, problems);
    Optional<FileIndex> footer = ChunkReader.footer(sealed, replaces, handle);
    if (footer.isEmpty()) {
      problems.add(sealed + ": the index does not prove itself");
    }
    // What a crash had left damaged was declared when the file was sealed, and is no news.
    if (!footer.equals(Optional.of(records))) {
      problems.addAll(scan.notes());
      if (problems.isEmpty()) {
        problems.add(sealed + ": the index says other than the records");
      }
    }
    return new FileVerification(volume.name(), records, size, problems);
  }

  /** After the last record stands the trailer, and nothing else. */
  private static void checkEnd(
      ChunkFileId sealed, Disk.Handle handle, FileScan.Result scan, List<String> problems)
      throws IOException {
    long rest = handle.size() - scan.goodBytes();
    if (rest < 0) {
      problems.add(sealed + ": its " + handle.size() + " bytes are shorter than a file header");
      return;
    }
    if (rest != StoreFormat.TRAILER_BYTES) {
      problems.add(
          sealed + " byte " + scan.goodBytes() + ": " + rest + " bytes that are no record");
      return;
    }
    var trailer = ByteBuffer.allocate(StoreFormat.TRAILER_BYTES);
    handle.read(scan.goodBytes(), trailer);
    if (Seal.read(trailer.flip()).isEmpty()) {
      problems.add(sealed + " byte " + scan.goodBytes() + ": the trailer does not prove itself");
    }
  }
}
