// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Walks all fragments of a stream by their numbers. A number is given out when a fragment begins,
 * so of two producers' fragments the later number may be there first: for some time back it is
 * looked again for fragments that have come since. Confined to one thread at a time; blocks on the
 * archive.
 */
final class ChunkCursor {

  static final FragmentNumber BEFORE_ALL = new FragmentNumber(0, 0, 0);

  private static final int BATCH = 64;

  /** Longer than a fragment takes to come; counters are microseconds where they can. */
  private static final long LOOKED_AGAIN_MICROS = 30_000_000;

  private static final long FIRST_SEARCH_NS = 60 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final StreamId stream;
  private final ChunkStart start;
  private final TreeSet<FragmentNumber> given = new TreeSet<>();
  private Optional<FragmentNumber> mark = Optional.empty();

  ChunkCursor(Archive archive, StreamId stream, ChunkStart start) {
    this.archive = archive;
    this.stream = stream;
    this.start = start;
  }

  /** The next fragment alone, leased until the timeline is closed; empty when there is none yet. */
  Optional<Timeline> next() {
    FragmentNumber position = mark.orElseGet(this::startPosition);
    mark = Optional.of(position);
    while (true) {
      List<FragmentEntry> batch;
      try (Timeline timeline = archive.after(stream, position, BATCH)) {
        batch = timeline.fragments();
      }
      for (FragmentEntry fragment : batch) {
        position = fragment.number();
        if (!given.contains(position)) {
          Timeline leased = archive.fragment(stream, position);
          if (!leased.fragments().isEmpty()) {
            gave(position);
            return Optional.of(leased);
          }
          leased.close();
        }
      }
      if (batch.size() < BATCH) {
        return Optional.empty();
      }
    }
  }

  private void gave(FragmentNumber number) {
    given.add(number);
    long back = given.getLast().counter() - LOOKED_AGAIN_MICROS;
    if (back > mark.orElseThrow().counter()) {
      var moved = new FragmentNumber(back, 0, 0);
      mark = Optional.of(moved);
      given.headSet(moved).clear();
    }
  }

  private FragmentNumber startPosition() {
    return switch (start) {
      case ChunkStart.Earliest() -> BEFORE_ALL;
      case ChunkStart.After(FragmentNumber number) -> number;
      case ChunkStart.Now() -> newest().map(ChunkCursor::justBefore).orElse(BEFORE_ALL);
      case ChunkStart.At(Clock clock, long ns) -> at(clock, ns);
    };
  }

  /** Looks in ever longer ranges back, so that a long recording is not read whole. */
  private Optional<FragmentNumber> newest() {
    long end = archive.status(stream).lastProducerNs();
    for (long lengthNs = FIRST_SEARCH_NS; ; lengthNs *= 8) {
      boolean all = lengthNs >= end || lengthNs < 0;
      var range = new TimeRange(all ? Long.MIN_VALUE : end - lengthNs, Long.MAX_VALUE);
      try (Timeline timeline = archive.find(stream, range, Clock.PRODUCER)) {
        Optional<FragmentNumber> newest =
            timeline.fragments().stream().map(FragmentEntry::number).max(Comparator.naturalOrder());
        if (newest.isPresent() || all) {
          return newest;
        }
      }
    }
  }

  private FragmentNumber at(Clock clock, long ns) {
    for (long lengthNs = FIRST_SEARCH_NS; ; lengthNs *= 8) {
      boolean all = lengthNs > Long.MAX_VALUE / 16;
      var range = new TimeRange(ns, all ? Long.MAX_VALUE : ns + lengthNs);
      try (Timeline timeline = archive.find(stream, range, clock)) {
        if (!timeline.fragments().isEmpty()) {
          return justBefore(timeline.fragments().getFirst().number());
        }
      }
      if (all) {
        // Of a time to come: whatever is next.
        return newest().orElse(BEFORE_ALL);
      }
    }
  }

  private static FragmentNumber justBefore(FragmentNumber number) {
    return new FragmentNumber(number.counter() - 1, 0, 0);
  }
}
