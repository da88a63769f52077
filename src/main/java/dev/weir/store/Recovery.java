// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.ChunkFileId;
import dev.weir.model.StreamId;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a data folder into order after a crash: every file that was not sealed is scanned, its
 * torn tail kept aside and cut, its last fragment closed, and sealed. Can itself be cut off
 * anywhere and be run again. Confined to one thread.
 */
final class Recovery {

  private final Disk disk;
  private final StoreListener listener;
  private final List<ChunkFileId> sealed = new ArrayList<>();
  private final List<ChunkFileId> whole = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int truncated;
  private long tornBytes;

  Recovery(Disk disk, StoreListener listener) {
    this.disk = disk;
    this.listener = listener;
  }

  RecoveryReport run() throws IOException {
    // A process that died may have left names that are seen and not on the medium yet.
    disk.forceFolder(Path.of(""));
    if (disk.exists(Layout.STREAMS)) {
      disk.forceFolder(Layout.STREAMS);
    }
    for (Path folder : disk.list(Layout.STREAMS)) {
      Optional<StreamId> stream = Layout.stream(folder);
      if (stream.isEmpty()) {
        continue;
      }
      disk.forceFolder(folder);
      for (Path file : disk.list(folder)) {
        Optional<ChunkFileId> before = Layout.file(stream.get(), file, StoreFormat.SEALED_SUFFIX);
        if (before.isPresent()) {
          whole.add(before.get());
          continue;
        }
        boolean copy = Layout.file(stream.get(), file, StoreFormat.COPY_SUFFIX).isPresent();
        Optional<ChunkFileId> open = Layout.file(stream.get(), file, StoreFormat.OPEN_SUFFIX);
        if ((copy || open.isPresent()) && !disk.isFile(file)) {
          notes.add(file + " is left as it is: it is a folder");
        } else if (copy) {
          disk.delete(file);
        } else if (open.isPresent()) {
          tryToRecover(open.get());
        }
      }
    }
    return new RecoveryReport(whole, sealed, truncated, tornBytes, notes);
  }

  /** A file of a newer version, say, stays as it is, and the others are not kept waiting. */
  private void tryToRecover(ChunkFileId id) throws IOException {
    try {
      recover(id);
    } catch (WeirException e) {
      notes.add(id + " is left as it is: " + e.getMessage());
    }
  }

  private void recover(ChunkFileId id) throws IOException {
    Path path = Layout.open(id);
    try (Disk.Handle handle = disk.open(path)) {
      if (disk.exists(Layout.sealed(id))) {
        // An earlier state of a file that was sealed since, put back by somebody's copying.
        notes.add(id + " is there sealed too: its open state is out of the way");
        discard(id, handle);
        return;
      }
      boolean header = FileHeader.read(handle).map(each -> each.file().equals(id)).orElse(false);
      FileScan.Result scan = FileScan.scan(id, handle);
      if (!header && scan.goodBytes() <= StoreFormat.FILE_HEADER_BYTES) {
        discard(id, handle);
        return;
      }
      notes.addAll(scan.notes());
      boolean footer = scan.dataBytes() < scan.goodBytes();
      if (handle.size() - scan.goodBytes() > (footer ? StoreFormat.TRAILER_BYTES : 0)) {
        setAside(id, handle, scan.goodBytes());
      }
      if (scan.dataBytes() < handle.size()) {
        handle.truncate(scan.dataBytes());
      }
      finish(id, handle, scan);
    }
  }

  private void finish(ChunkFileId id, Disk.Handle handle, FileScan.Result scan) throws IOException {
    long sequence = scan.nextSequence();
    IndexBuilder index = scan.index();
    if (scan.unfinished().isPresent()) {
      FragmentEnd end = scan.unfinished().get();
      var body = new ByteWriter();
      var _ = index.end(end, index.newestHash(end.run()), body);
      handle.append(EncodedRecord.of(id, StoreFormat.FRAGMENT_END, sequence++, body).bytes());
      truncated++;
    } else {
      index.abandon();
    }
    if (index.isEmpty()) {
      disk.delete(Layout.open(id));
      disk.forceFolder(Layout.folder(id.stream()));
      return;
    }
    Seal.write(handle, handle.size(), sequence, index);
    disk.rename(Layout.open(id), Layout.sealed(id));
    disk.forceFolder(Layout.folder(id.stream()));
    sealed.add(id);
    listener.sealed(index.index(FileHeader.REPLACES_NONE, handle.size()));
  }

  /** Takes a whole file out of the way. */
  private void discard(ChunkFileId id, Disk.Handle handle) throws IOException {
    setAside(id, handle, 0);
    disk.delete(Layout.open(id));
    disk.forceFolder(Layout.folder(id.stream()));
  }

  /** Copies the bytes from an offset on into lost+found, before they are cut off. */
  private void setAside(ChunkFileId id, Disk.Handle handle, long from) throws IOException {
    long size = handle.size();
    if (size > from) {
      tornBytes += size - from;
      notes.add((size - from) + " torn bytes of " + id + " kept in " + Layout.LOST_AND_FOUND);
      LostAndFound.keep(disk, id, handle, from);
    }
  }
}
