// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.CheckReport.Contested;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.StreamId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks the live order of one stream: no two fragments have one place, and discontinuities don't
 * fall. Confined to one thread.
 */
final class LiveOrderCheck {

  private final StreamId stream;
  private final Set<Contested> displaced;

  /** Of fragments that have one place the newest. */
  private final TreeMap<Long, FragmentEntry> byOrdinal = new TreeMap<>();

  private final List<Clash> clashes = new ArrayList<>();

  /** Two fragments with one place. */
  private record Clash(FragmentEntry older, FragmentEntry newer) {
    long counter() {
      return newer.number().counter();
    }

    long ordinal() {
      return place(newer).liveOrdinal();
    }
  }

  LiveOrderCheck(StreamId stream, Set<Contested> displaced) {
    this.stream = stream;
    this.displaced = displaced;
  }

  private static LivePlace place(FragmentEntry fragment) {
    return fragment.live().orElseThrow();
  }

  void add(FragmentEntry stored) {
    FragmentEntry fragment = Displaced.seen(displaced, stored);
    if (fragment.live().isEmpty()) {
      return;
    }
    FragmentEntry other = byOrdinal.get(place(fragment).liveOrdinal());
    boolean newest = other == null || other.number().counter() <= fragment.number().counter();
    // A file made anew stands beside the one it replaces until nobody reads that any more.
    if (other != null && other.number().counter() != fragment.number().counter()) {
      clashes.add(newest ? new Clash(other, fragment) : new Clash(fragment, other));
    }
    if (newest) {
      byOrdinal.put(place(fragment).liveOrdinal(), fragment);
    }
  }

  /** Where the order was given out a second time, the first of each such time. */
  List<Contested> contested() {
    var found = new ArrayList<Contested>();
    clashes.sort(Comparator.comparingLong(Clash::counter));
    for (Clash clash : clashes) {
      if (Displaced.seen(found, clash.older).live().isPresent()) {
        found.add(new Contested(stream, clash.counter(), clash.ordinal()));
      }
    }
    return found;
  }

  /** One line each. */
  List<String> failures() {
    var failures = new ArrayList<String>();
    List<Contested> contested = contested();
    if (!clashes.isEmpty()) {
      Clash first = clashes.getFirst();
      failures.add(
          "live order: "
              + clashes.size()
              + " places of stream "
              + stream
              + " are of two fragments each: "
              + first.ordinal()
              + " of "
              + first.older.number()
              + " and of "
              + first.newer.number());
    }
    long discontinuity = -1;
    for (FragmentEntry fragment : byOrdinal.values()) {
      if (Displaced.seen(contested, fragment).live().isPresent()) {
        if (place(fragment).discontinuityOrdinal() < discontinuity) {
          failures.add(
              "live order: discontinuity ordinal of stream "
                  + stream
                  + " falls at fragment "
                  + fragment.number());
        }
        discontinuity = place(fragment).discontinuityOrdinal();
      }
    }
    return failures;
  }
}
