// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.ChunkFileId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunk file on its disk while records are appended to it: made with its first record, in the end
 * sealed. Confined to the writer thread that has its queue; only whether it is closed may be asked
 * by any.
 */
final class AppendedFile {

  private final ChunkFileId id;
  private final Volume volume;
  private final StoreEvents events;
  private Disk.@Nullable Handle handle;
  private final List<ByteBuffer> unwritten = new ArrayList<>();
  private long size;
  private long keptSize;
  private long sequence;
  private volatile boolean closed;

  AppendedFile(ChunkFileId id, Volume volume, StoreEvents events) {
    this.id = id;
    this.volume = volume;
    this.events = events;
  }

  /** Whether nothing more will be written. */
  boolean closed() {
    return closed;
  }

  /** Bytes of the file with what is to be written next. */
  long size() {
    return size;
  }

  boolean exists() {
    return handle != null;
  }

  /** Appends a record with the next {@link #write}; gives its bytes. */
  int append(int type, ByteWriter body) throws IOException {
    return append(EncodedRecord.of(id, type, sequence, body));
  }

  /** Appends a record of several pieces with the next {@link #write}; gives its bytes. */
  int append(int type, List<ByteBuffer> body) throws IOException {
    return append(EncodedRecord.of(id, type, sequence, body));
  }

  private int append(EncodedRecord record) throws IOException {
    if (handle == null) {
      create();
    }
    unwritten.addAll(record.bytes());
    size += record.length();
    sequence++;
    return record.length();
  }

  /** Creation order: folder, file, header, force file, force folder (invariant 0). */
  private void create() throws IOException {
    Path folder = Layout.folder(id.stream());
    volume.makeFolder(id.stream());
    Disk.Handle created = volume.disk().create(Layout.open(id));
    handle = created;
    volume.opened(id);
    created.append(List.of(new FileHeader(id, FileHeader.REPLACES_NONE).encode()));
    created.force();
    volume.forceFolder(folder);
    size = StoreFormat.FILE_HEADER_BYTES;
    keptSize = size;
  }

  /** Writes the records of a batch in one go: few large writes cost less than many small ones. */
  void write() throws IOException {
    Disk.Handle open = handle;
    if (open != null && !unwritten.isEmpty()) {
      open.append(unwritten);
      volume.wrote(unwritten.stream().mapToLong(ByteBuffer::remaining).sum());
    }
    unwritten.clear();
  }

  /** Forces what was written, and keeps it. */
  void force() throws IOException {
    Disk.Handle open = handle;
    if (open != null) {
      open.force();
      checkStillThere();
      keep();
    }
  }

  /** A file that was unlinked under the server can be forced as before, and is nowhere. */
  private void checkStillThere() throws IOException {
    if (!volume.disk().exists(Layout.open(id))) {
      throw new NoSuchFileException(Layout.open(id).toString(), null, "deleted by somebody else");
    }
  }

  /** What is written so far stays, whatever fails later. */
  void keep() {
    keptSize = size;
  }

  /**
   * Cuts off what was not kept, and closes. After a failed force the page cache shows bytes that
   * the medium does not have, and no later force brings them there; a server that starts again must
   * not take them for stored.
   */
  void cutBack() {
    Disk.Handle open = handle;
    if (open != null) {
      try {
        open.truncate(keptSize);
      } catch (IOException e) {
        events.note("cutting back " + id, e);
      }
    }
    close();
  }

  /**
   * Seals the file, or removes it when it has nothing to show. Sealing order: footer, trailer,
   * force file, rename, force folder, then the listener (invariant 0).
   */
  void seal(IndexBuilder index) throws IOException {
    Disk.Handle open = handle;
    if (open == null || index.isEmpty()) {
      close();
      if (open != null) {
        volume.disk().delete(Layout.open(id));
      }
      events.discarded(id);
      return;
    }
    Seal.write(open, size, sequence, index);
    long sealedSize = open.size();
    close();
    volume.disk().rename(Layout.open(id), Layout.sealed(id));
    volume.forceFolder(Layout.folder(id.stream()));
    events.sealed(index.index(FileHeader.REPLACES_NONE, sealedSize));
  }

  private void close() {
    Disk.Handle open = handle;
    handle = null;
    closed = true;
    if (open != null) {
      volume.closed(id);
      try {
        open.close();
      } catch (IOException e) {
        // Everything that was promised has been forced before.
        events.note("closing " + id, e);
      }
    }
  }
}
