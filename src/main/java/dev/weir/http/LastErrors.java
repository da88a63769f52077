// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.ingest.Ack;
import dev.weir.ingest.AckListener;
import dev.weir.model.StreamId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last thing that went wrong on each stream, for people whose client never shows an answer's
 * body, until a push that began later is seen to work. Thread-safe, bounded.
 */
final class LastErrors {

  private static final int MOST = 10_000;

  private record Trouble(long moment, String what) {}

  private final Map<StreamId, Trouble> errors = new LinkedHashMap<>();
  private long moment;

  synchronized void remember(StreamId stream, String what) {
    errors.remove(stream);
    errors.put(stream, new Trouble(moment++, what));
    if (errors.size() > MOST) {
      errors.remove(errors.keySet().iterator().next());
    }
  }

  /** Hears of a push that begins: once media of it is kept, what went wrong before is over. */
  synchronized AckListener hearing(StreamId stream, AckListener next) {
    long began = moment;
    return ack -> {
      if (ack instanceof Ack.Persisted || ack instanceof Ack.Stored) {
        over(stream, began);
      }
      next.ack(ack);
    };
  }

  private synchronized void over(StreamId stream, long began) {
    Trouble last = errors.get(stream);
    if (last != null && last.moment < began) {
      errors.remove(stream);
    }
  }

  /** The stream is gone. */
  synchronized void forget(StreamId stream) {
    errors.remove(stream);
  }

  synchronized Optional<String> of(StreamId stream) {
    return Optional.ofNullable(errors.get(stream)).map(Trouble::what);
  }
}
