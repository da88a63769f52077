// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all open files of a store share: the bytes in flight and who waits for them to fall, and the
 * listener. Thread-safe.
 */
final class StoreEvents {

  private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);

  private final StoreListener listener;
  private final long boundBytes;
  private final AtomicLong inFlight = new AtomicLong();
  private final List<Runnable> waiting = new ArrayList<>();

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

  void discarded(ChunkFileId file) {
    listener.discarded(file);
  }

  void failed(ChunkFileId file, StorageFailure cause) {
    listener.failed(file, cause);
  }

  void note(String doing, Exception cause) {
    LOG.warn("{}: {}", doing, cause.toString());
  }

  static StorageFailure storageFailure(String what, String where, Throwable cause) {
    // Of a file system's exceptions many say no more than the path; the kind says what it was.
    String text =
        cause instanceof FileSystemException known && known.getReason() == null
            ? known.toString()
            : cause instanceof Error ? cause.toString() : String.valueOf(cause.getMessage());
    var failure =
        isDiskFull(cause)
            ? StorageFailure.diskFull(where, "", text)
            : new StorageFailure(what, where, "", text);
    failure.initCause(cause);
    return failure;
  }

  static boolean isDiskFull(Throwable cause) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("no space left");
  }
}
