// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.NotFound;
import dev.weir.playback.session.SessionWindow;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The place of one fragment in the list of a session of a range. The list may lose its first
 * fragments to retention, so it is counted from the one that was its last when the session was
 * opened: each segment keeps its number. Immutable.
 *
 * @param fragment the last there was by then
 * @param segments how many media segments the list had before it
 * @param discontinuities how many fragments up to it did not go on from the one before them
 */
public record ListPlace(FragmentNumber fragment, long segments, long discontinuities)
    implements Counting {

  static ListPlace ofLast(SessionWindow window, Breaks breaks) {
    List<FragmentEntry> listed = window.listed();
    FragmentEntry last = listed.getLast();
    return new ListPlace(
        last.number(), segments(listed.subList(0, listed.size() - 1)), breaks.count(listed));
  }

  @Override
  public long mediaSequence(SessionWindow window) {
    List<FragmentEntry> listed = window.listed();
    int at = index(listed);
    return segments
        + segments(listed.subList(at, Math.max(at, window.first())))
        - segments(listed.subList(Math.min(at, window.first()), at));
  }

  @Override
  public long discontinuitySequence(SessionWindow window, Breaks breaks) {
    List<FragmentEntry> listed = window.listed();
    int at = index(listed);
    int first = window.first();
    return first > at
        ? discontinuities + breaks.count(listed.subList(at, first + 1))
        : discontinuities - breaks.count(listed.subList(first, at + 1));
  }

  private int index(List<FragmentEntry> listed) {
    return IntStream.range(0, listed.size())
        .filter(i -> listed.get(i).number().equals(fragment))
        .findFirst()
        .orElseThrow(() ->
            new NotFound(
                "the session's media is gone",
                "session",
                "what was there when it was opened",
                "nothing of it"));
  }

  private static long segments(List<FragmentEntry> fragments) {
    return fragments.stream().mapToLong(FragmentEntry::segmentCount).sum();
  }
}
