// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.StreamId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last thing that went wrong on each stream, for people whose client never shows an answer's
 * body. Thread-safe, bounded.
 */
final class LastErrors {

  private static final int MOST = 10_000;

  private final Map<StreamId, String> errors = new LinkedHashMap<>();

  synchronized void remember(StreamId stream, String what) {
    errors.remove(stream);
    errors.put(stream, what);
    if (errors.size() > MOST) {
      errors.remove(errors.keySet().iterator().next());
    }
  }

  /** The stream is gone. */
  synchronized void forget(StreamId stream) {
    errors.remove(stream);
  }

  synchronized Optional<String> of(StreamId stream) {
    return Optional.ofNullable(errors.get(stream));
  }
}
