// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream's counters when retention deletes the files that carried them: a line of text
 * beside the chunk files, written and forced before the files go. Thread-safe.
 */
final class Counters {

  private static final Logger LOG = LoggerFactory.getLogger(Counters.class);

  private static final String DOCUMENT = "counters";
  private static final Pattern LINE = Pattern.compile("\\d{1,18} \\d{1,18} \\d{1,18}");

  private final ChunkStore store;

  Counters(ChunkStore store) {
    this.store = store;
  }

  /**
   * Writes down where the counters stand: fragment counter, live ordinal, discontinuity ordinal.
   */
  void keep(StreamState state) {
    long ordinal;
    long discontinuities;
    synchronized (state.live) {
      ordinal = state.live.nextOrdinal();
      discontinuities = state.live.discontinuities();
    }
    long counter;
    synchronized (state) {
      counter = state.lastCounter;
    }
    String line = counter + " " + ordinal + " " + discontinuities + "\n";
    store.writeDocument(state.id, DOCUMENT, line.getBytes(StandardCharsets.UTF_8));
  }

  /** Where copies differ the greatest counts; of one that makes no sense, the files say enough. */
  void restore(StreamState state) {
    for (byte[] copy : store.readDocuments(state.id, DOCUMENT)) {
      String line = new String(copy, StandardCharsets.UTF_8).trim();
      if (!LINE.matcher(line).matches()) {
        LOG.error("a copy of the counters of stream {} can't be read: passed over", state.id);
        continue;
      }
      String[] fields = line.split(" ", -1);
      state.lastCounter = Math.max(state.lastCounter, Long.parseLong(fields[0]));
      state.live.floor(Long.parseLong(fields[1]), Long.parseLong(fields[2]));
    }
  }
}
