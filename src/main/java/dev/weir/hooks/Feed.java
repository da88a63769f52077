// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StreamId;
import dev.weir.playback.Publications;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The fragments of one stream for all its hooks: what was published lately is read from the archive
 * once. Thread-safe; blocks on the archive.
 */
final class Feed {

  /** For so long a fragment counts as recent. */
  private static final long RECENT_MS = 240_000;

  private static final int PAGE = 64;
  private static final int MOST_RECENT = 4096;

  private final Publications publications;
  private final StreamId stream;
  private final InstantSource clock;
  private final AtomicLong published = new AtomicLong();

  /** Published fragments from a counter on, as of a count of publications. */
  private record Recent(long fromCounter, long asOf, List<FragmentEntry> fragments) {}

  private Recent recent = new Recent(Long.MAX_VALUE, -1, List.of());

  Feed(Publications publications, StreamId stream, InstantSource clock) {
    this.publications = publications;
    this.stream = stream;
    this.clock = clock;
  }

  /** There may be another fragment. */
  void published() {
    published.incrementAndGet();
  }

  /**
   * Counters up to this are settled: what is not published by now never will be. Fragments of two
   * producers end in another order than they began, so this is asked before a look at them.
   */
  long settledCounter() {
    return publications.settledCounter(stream);
  }

  /** The fragment with the least number that is not done. */
  Optional<FragmentEntry> next(Position position) {
    Recent now = recent();
    if (position.watermark() >= now.fromCounter) {
      return first(now.fragments, position);
    }
    long after = position.watermark();
    while (true) {
      List<FragmentEntry> page = publications.after(stream, number(after), PAGE);
      Optional<FragmentEntry> found = first(page, position);
      if (found.isPresent() || page.size() < PAGE) {
        return found;
      }
      after = page.getLast().number().counter();
    }
  }

  /** The fragment that was begun; empty when it is gone. */
  Optional<FragmentEntry> begun(Position position) {
    return publications.after(stream, number(position.counter() - 1), 1).stream()
        .filter(each -> each.number().counter() == position.counter())
        .findFirst();
  }

  /** The fragments that are not done, in order; of very many the last. */
  List<FragmentEntry> waiting(Position position) {
    Recent now = recent();
    List<FragmentEntry> found =
        position.watermark() >= now.fromCounter ? now.fragments : lastAfter(position.watermark());
    return found.stream().filter(each -> !position.isDone(each.number().counter())).toList();
  }

  private List<FragmentEntry> lastAfter(long counter) {
    var last = new ArrayList<FragmentEntry>();
    long after = counter;
    while (true) {
      List<FragmentEntry> page = publications.after(stream, number(after), PAGE);
      last.addAll(page);
      last.subList(0, Math.max(0, last.size() - MOST_RECENT)).clear();
      if (page.size() < PAGE) {
        return last;
      }
      after = page.getLast().number().counter();
    }
  }

  private static Optional<FragmentEntry> first(List<FragmentEntry> fragments, Position position) {
    return fragments.stream().filter(each -> !position.isDone(each.number().counter())).findFirst();
  }

  private synchronized Recent recent() {
    long count = published.get();
    if (recent.asOf != count) {
      long from = Math.min(settledCounter(), (clock.millis() - RECENT_MS) * 1000);
      List<FragmentEntry> found = publications.after(stream, number(from), MOST_RECENT);
      // More than that, and the newest are not among them: read page by page.
      recent =
          found.size() < MOST_RECENT
              ? new Recent(from, count, found)
              : new Recent(Long.MAX_VALUE, count, List.of());
    }
    return recent;
  }

  /** After every fragment with this counter. */
  private static FragmentNumber number(long counter) {
    return new FragmentNumber(
        Math.max(0, counter), Long.MAX_VALUE, FragmentNumber.RANDOM_BOUND - 1);
  }
}
