// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.catalog.Ledger;
import dev.weir.model.StorageFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far hooks are, by hook and stream, in memory and, a moment later, in the ledger: many
 * deliveries cost one forced write. What a crash takes of it is delivered once more. Thread-safe.
 */
final class Checkpoints implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String ROOM = "checkpoint";
  private static final long FLUSH_MILLIS = 250;

  private final Ledger ledger;
  private final Map<String, Position> positions = new HashMap<>();
  private final Map<String, String> unwritten = new HashMap<>();
  private final ScheduledExecutorService clock;

  Checkpoints(Ledger ledger) {
    this.ledger = ledger;
    ledger.all(ROOM).forEach((key, document) -> positions.put(key, Position.read(document)));
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weir-hook-checkpoints").factory());
    var _ =
        clock.scheduleWithFixedDelay(
            this::flushOrWarn, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
  }

  synchronized @Nullable Position find(String key) {
    return positions.get(key);
  }

  synchronized List<String> keys() {
    return List.copyOf(positions.keySet());
  }

  synchronized void put(String key, Position position) {
    positions.put(key, position);
    unwritten.put(key, position.write());
  }

  /** Forgets one; survives a crash after the next {@link #flush}. */
  void remove(String key) {
    synchronized (this) {
      positions.remove(key);
      unwritten.remove(key);
    }
    ledger.delete(ROOM, key);
  }

  /** Brings everything to disk. */
  void flush() {
    Map<String, String> writing;
    synchronized (this) {
      writing = Map.copyOf(unwritten);
      unwritten.clear();
    }
    try {
      if (!writing.isEmpty()) {
        ledger.put(ROOM, writing);
      }
      ledger.sync();
    } catch (StorageFailure e) {
      synchronized (this) {
        writing.forEach(unwritten::putIfAbsent);
      }
      throw e;
    }
  }

  private void flushOrWarn() {
    synchronized (this) {
      if (unwritten.isEmpty()) {
        return;
      }
    }
    try {
      flush();
    } catch (RuntimeException e) {
      LOG.warn("checkpoints of hooks will be written later: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    clock.shutdown();
    flushOrWarn();
  }
}
