// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all open files of a store share: the bytes in flight and who waits for them to fall, the
 * listener, and whether the store has gone read-only. Thread-safe.
 */
final class StoreEvents {

  private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

  private final StoreListener listener;
  private final long boundBytes;
  private final AtomicLong inFlight = new AtomicLong();
  private final List<Runnable> waiting = new ArrayList<>();
  private final Set<StreamId> madeFolders = ConcurrentHashMap.newKeySet();
  private volatile @Nullable StorageFailure readOnly;

  StoreEvents(StoreListener listener, long boundBytes) {
    this.listener = listener;
    this.boundBytes = boundBytes;
  }

  void queued(long bytes) {
    inFlight.addAndGet(bytes);
  }

  void done(long bytes) {
    long now = inFlight.addAndGet(-bytes);
    if (bytes == 0 || now > boundBytes / 2) {
      return;
    }
    List<Runnable> relieved;
    synchronized (waiting) {
      relieved = List.copyOf(waiting);
      waiting.clear();
    }
    for (Runnable action : relieved) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("a session that waited for the disk could not go on", e);
      }
    }
  }

  long bytesInFlight() {
    return inFlight.get();
  }

  boolean congested() {
    return inFlight.get() > boundBytes;
  }

  void whenRelieved(Runnable action) {
    synchronized (waiting) {
      if (congested()) {
        waiting.add(action);
        return;
      }
    }
    action.run();
  }

  void sealed(FileIndex index) {
    listener.sealed(index);
  }

  void failed(ChunkFileId file, StorageFailure cause) {
    LOG.error("{} takes no more appends: {}", file, cause.getMessage());
    listener.failed(file, cause);
  }

  void note(String doing, Exception cause) {
    LOG.warn("{}: {}", doing, cause.toString());
  }

  /**
   * Forces a folder; when that fails nothing new can be trusted to be found again, and the store
   * goes read-only.
   */
  void forceFolder(Disk disk, Path folder) throws IOException {
    try {
      disk.forceFolder(folder);
    } catch (IOException e) {
      readOnly =
          storageFailure(
              "store is read-only since a folder could not be forced", folder.toString(), e);
      throw e;
    }
  }

  /**
   * Makes a stream's folder and forces its name, once for each stream: a folder that is there may
   * have been made by a process that died before it could force it.
   */
  void makeFolder(Disk disk, StreamId stream) throws IOException {
    if (madeFolders.contains(stream)) {
      return;
    }
    disk.createFolders(Layout.folder(stream));
    forceFolder(disk, Path.of(""));
    forceFolder(disk, Layout.STREAMS);
    madeFolders.add(stream);
  }

  Optional<StorageFailure> readOnly() {
    return Optional.ofNullable(readOnly);
  }

  /**
   * @throws StorageFailure when the store has gone read-only
   */
  void checkWritable() {
    StorageFailure cause = readOnly;
    if (cause != null) {
      throw cause;
    }
  }

  static StorageFailure storageFailure(String what, String where, Exception cause) {
    String text = String.valueOf(cause.getMessage());
    boolean full = text.toLowerCase(Locale.ROOT).contains("no space left");
    var failure = new StorageFailure(full ? "disk full" : what, where, "", text);
    failure.initCause(cause);
    return failure;
  }
}
