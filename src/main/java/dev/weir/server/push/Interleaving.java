// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes the samples of all tracks on in the order of their decode times; fragmented MP4 has those
 * of a whole fragment track by track. Holds samples until each track has one, or until they are too
 * many: a track may be empty. Confined to one thread.
 */
final class Interleaving implements SampleTimes.Receiver {

  private static final long MOST_NS = 12 * MediaTime.NANOS_PER_SECOND;
  private static final long MOST_BYTES = 64 << 20;

  private final SampleTimes.Receiver next;
  private List<Deque<TimedSample>> queues = List.of();
  private long heldBytes;

  Interleaving(SampleTimes.Receiver next) {
    this.next = next;
  }

  @Override
  public void tracks(List<Track> tracks) {
    flush();
    queues = new ArrayList<>();
    tracks.forEach(track -> queues.add(new ArrayDeque<>()));
    next.tracks(tracks);
  }

  @Override
  public void sample(TimedSample sample) {
    queues.get(sample.track().index()).add(sample);
    heldBytes += sample.data().remaining();
    while (queues.stream().noneMatch(Deque::isEmpty) || isTooMuch(sample)) {
      passEarliest();
    }
  }

  private boolean isTooMuch(TimedSample newest) {
    Deque<TimedSample> queue = earliest();
    return queue != null
        && (heldBytes > MOST_BYTES || newest.decodeNs() - queue.element().decodeNs() > MOST_NS);
  }

  private void passEarliest() {
    Deque<TimedSample> queue = earliest();
    if (queue != null) {
      TimedSample sample = queue.remove();
      heldBytes -= sample.data().remaining();
      next.sample(sample);
    }
  }

  private @Nullable Deque<TimedSample> earliest() {
    Deque<TimedSample> earliest = null;
    for (Deque<TimedSample> queue : queues) {
      if (!queue.isEmpty()
          && (earliest == null || queue.element().decodeNs() < earliest.element().decodeNs())) {
        earliest = queue;
      }
    }
    return earliest;
  }

  /** Passes on everything that is held. */
  void flush() {
    while (earliest() != null) {
      passEarliest();
    }
  }

  @Override
  public void damaged(String what) {
    next.damaged(what);
  }
}
