// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.ChunkFileId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Counts who reads which file, so that a file marked for deletion is unlinked after its last
 * reader. Thread-safe.
 */
final class Leases {

  private final Map<ChunkFileId, Integer> readers = new HashMap<>();
  private final Set<ChunkFileId> doomed = new HashSet<>();
  private final Consumer<List<ChunkFileId>> unlink;

  /**
   * @param unlink removes files for good; called on the thread that closes the last lease
   */
  Leases(Consumer<List<ChunkFileId>> unlink) {
    this.unlink = unlink;
  }

  AutoCloseable take(Collection<ChunkFileId> files) {
    Set<ChunkFileId> held = Set.copyOf(files);
    synchronized (this) {
      held.forEach(file -> readers.merge(file, 1, Integer::sum));
    }
    var open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        giveBack(held);
      }
    };
  }

  private void giveBack(Set<ChunkFileId> files) {
    var free = new ArrayList<ChunkFileId>();
    synchronized (this) {
      for (ChunkFileId file : files) {
        if (readers.merge(file, -1, Integer::sum) == 0) {
          readers.remove(file);
          if (doomed.remove(file)) {
            free.add(file);
          }
        }
      }
    }
    if (!free.isEmpty()) {
      unlink.accept(free);
    }
  }

  /** Files marked for deletion: those that nobody reads are unlinked now. */
  void doom(Collection<ChunkFileId> files) {
    var free = new ArrayList<ChunkFileId>();
    synchronized (this) {
      for (ChunkFileId file : files) {
        if (readers.containsKey(file)) {
          doomed.add(file);
        } else {
          free.add(file);
        }
      }
    }
    if (!free.isEmpty()) {
      unlink.accept(free);
    }
  }

  /** Leases now open; 0 when every reader has closed its timeline. */
  synchronized int open() {
    return readers.values().stream().mapToInt(Integer::intValue).sum();
  }
}
