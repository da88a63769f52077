// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Small documents by room and key that are kept nowhere else, beside the index of chunk files: what
 * {@link #sync} has returned after survives a crash. Thread-safe; calls block, and throw {@link
 * dev.weir.model.StorageFailure}.
 */
public interface Ledger extends AutoCloseable {

  /** Writes documents of a room, in the place of those with the same keys. */
  void put(String room, Map<String, String> documents);

  Optional<String> find(String room, String key);

  /** All documents of a room by key. */
  SortedMap<String, String> all(String room);

  /** Drops what is there under a key. */
  void delete(String room, String key);

  /** Drops a room with all that is in it. */
  void deleteAll(String room);

  /** Brings everything written so far to disk. */
  void sync();

  @Override
  void close();
}
