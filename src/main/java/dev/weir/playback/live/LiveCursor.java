// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LivePlace;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Walks a stream's fragments in live order by their numbers, holding nothing between two steps: a
 * slow reader finds its next fragment in the archive, and where retention has overtaken it, the
 * next one that is left. Late and back-filled fragments are passed over. Confined to one thread at
 * a time; blocks on the archive.
 */
final class LiveCursor {

  private static final FragmentNumber BEFORE_ALL = new FragmentNumber(0, 0, 0);
  private static final int BATCH = 8;

  /** A stream whose newest fragment is older than this is silent. */
  private static final long SILENT_AFTER_NS = 10 * MediaTime.NANOS_PER_SECOND;

  /** How far back the newest fragment that starts with a sync sample is looked for. */
  private static final long NEWEST_WINDOW_NS = 30 * MediaTime.NANOS_PER_SECOND;

  private static final long FIRST_SEARCH_NS = 60 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final InstantSource clock;
  private final StreamId stream;
  private final LiveStart start;
  private Optional<FragmentNumber> last = Optional.empty();
  private long lastOrdinal = -1;

  LiveCursor(Archive archive, InstantSource clock, StreamId stream, LiveStart start) {
    this.archive = archive;
    this.clock = clock;
    this.stream = stream;
    this.start = start;
  }

  /** The next fragment alone, leased until the timeline is closed; empty when there is none yet. */
  Optional<Timeline> next() {
    FragmentNumber position = last.orElseGet(this::startPosition);
    while (true) {
      last = Optional.of(position);
      List<FragmentEntry> batch;
      try (Timeline timeline = archive.after(stream, position, BATCH)) {
        batch = timeline.fragments();
      }
      for (FragmentEntry fragment : batch) {
        position = fragment.number();
        if (follows(fragment)) {
          Timeline leased = archive.fragment(stream, fragment.number());
          if (!leased.fragments().isEmpty()) {
            last = Optional.of(position);
            lastOrdinal = fragment.live().map(LivePlace::liveOrdinal).orElse(lastOrdinal);
            return Optional.of(leased);
          }
          leased.close();
        }
      }
      if (batch.size() < BATCH) {
        last = Optional.of(position);
        return Optional.empty();
      }
    }
  }

  private boolean follows(FragmentEntry fragment) {
    boolean begins = lastOrdinal < 0;
    return fragment.live().isPresent()
        && fragment.live().get().liveOrdinal() > lastOrdinal
        && (!begins || fragment.startsWithSync());
  }

  private FragmentNumber startPosition() {
    return switch (start) {
      case LiveStart.Earliest() -> BEFORE_ALL;
      case LiveStart.After(FragmentNumber number) -> number;
      case LiveStart.Now() -> newest();
      case LiveStart.At(long producerNs) -> at(producerNs);
    };
  }

  private FragmentNumber newest() {
    try (Timeline timeline = archive.liveEdge(stream, NEWEST_WINDOW_NS)) {
      List<FragmentEntry> fragments = timeline.fragments();
      if (fragments.isEmpty()) {
        return BEFORE_ALL;
      }
      FragmentEntry newest = fragments.getLast();
      long ageNs = TimeRange.nanos(clock.instant()) - Clock.SERVER.endNs(newest);
      if (ageNs > SILENT_AFTER_NS) {
        return newest.number();
      }
      return fragments.reversed().stream()
          .filter(FragmentEntry::startsWithSync)
          .findFirst()
          .map(LiveCursor::justBefore)
          .orElse(newest.number());
    }
  }

  /** Looks in ever longer ranges, so that an early start does not load the whole recording. */
  private FragmentNumber at(long producerNs) {
    long endNs = archive.status(stream).lastProducerNs();
    for (long lengthNs = FIRST_SEARCH_NS; ; lengthNs *= 8) {
      long fromNs = Math.clamp(producerNs, 0, Math.max(0, endNs));
      var range = new TimeRange(fromNs, fromNs + lengthNs);
      try (Timeline timeline = archive.find(stream, range, Clock.PRODUCER)) {
        for (FragmentEntry fragment : timeline.fragments()) {
          if (fragment.live().isPresent()
              && fragment.startsWithSync()
              && fragment.producerEndNs() > producerNs) {
            return justBefore(fragment);
          }
        }
      }
      if (range.toNs() > endNs) {
        return newest();
      }
    }
  }

  private static FragmentNumber justBefore(FragmentEntry fragment) {
    return new FragmentNumber(fragment.number().counter() - 1, 0, 0);
  }
}
