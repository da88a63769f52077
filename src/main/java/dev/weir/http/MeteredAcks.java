// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.ingest.Ack;
import dev.weir.ingest.AckListener;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts a session's acknowledgements on their way. Thread-safe. */
final class MeteredAcks implements AckListener {

  private final AckListener next;
  private final Metrics metrics;
  private final Map<FragmentNumber, Long> receivedNanos = new ConcurrentHashMap<>();

  MeteredAcks(AckListener next, Metrics metrics) {
    this.next = next;
    this.metrics = metrics;
  }

  @Override
  public void ack(Ack ack) {
    switch (ack) {
      case Ack.Buffering _ -> {}
      case Ack.Received _ -> receivedNanos.put(ack.fragment(), System.nanoTime());
      case Ack.Persisted(FragmentEntry entry, _) ->
          metrics.persisted(entry.payloadBytes(), System.nanoTime() - received(ack));
      case Ack.Stored(FragmentEntry entry, _, _) -> {
        received(ack);
        metrics.stored(entry.payloadBytes());
      }
      case Ack.Failed _ -> {
        received(ack);
        metrics.failed();
      }
    }
    next.ack(ack);
  }

  private long received(Ack ack) {
    Long at = receivedNanos.remove(ack.fragment());
    return at == null ? System.nanoTime() : at;
  }
}
