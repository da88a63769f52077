// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;

/** Ranges of producer time, whichever clock they are asked for by. Stateless; blocks. */
public final class ProducerRange {

  private ProducerRange() {}

  /**
   * The range by the producer's clock. By {@link Clock#SERVER} it begins and ends where the media
   * does that the server was receiving then: only fragments have a time of the server's, and within
   * one the producer's clock goes on.
   *
   * @throws NotFound when nothing was received in the range
   */
  public static TimeRange of(Archive archive, StreamId stream, TimeRange range, Clock clock) {
    return switch (clock) {
      case PRODUCER -> range;
      case SERVER -> received(archive, stream, range);
    };
  }

  private static TimeRange received(Archive archive, StreamId stream, TimeRange range) {
    try (Timeline timeline = archive.find(stream, range, Clock.SERVER)) {
      if (timeline.fragments().isEmpty()) {
        throw nothing(range);
      }
      FragmentEntry first = timeline.fragments().getFirst();
      FragmentEntry last = timeline.fragments().getLast();
      long fromNs = first.producerTimeNs();
      if (range.fromNs() > first.serverTimeNs()) {
        fromNs += range.fromNs() - first.serverTimeNs();
      }
      long toNs = last.producerEndNs();
      if (range.toNs() < Clock.SERVER.endNs(last)) {
        toNs = last.producerTimeNs() + range.toNs() - last.serverTimeNs();
      }
      if (toNs <= fromNs) {
        throw nothing(range);
      }
      return new TimeRange(fromNs, toNs);
    }
  }

  private static NotFound nothing(TimeRange range) {
    return new NotFound(
        "no media",
        "from, to",
        "a range with recorded media",
        TimeRange.instant(range.fromNs()) + " to " + TimeRange.instant(range.toNs()));
  }
}
