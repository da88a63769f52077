// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.SegmentCuts;
import dev.weir.model.Track;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.session.SessionTracks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The segments of one track of a session, each with its number (ISO/IEC 23009-1 § 5.3.9.6). Numbers
 * follow one another: where one has nothing of the track, an entry stands for it. Confined to one
 * thread.
 */
final class SegmentTimeline {

  /**
   * A segment.
   *
   * @param fragment empty for one that was lost
   * @param time of its first sample's decoding, exactly as its tfdt says, ticks
   * @param duration ticks
   */
  record Entry(Optional<FragmentEntry> fragment, long number, long time, long duration) {
    long end() {
      return time + duration;
    }
  }

  private final Track track;
  private final List<Entry> entries = new ArrayList<>();
  private long peakBitsPerSecond = 1;

  private SegmentTimeline(Track track) {
    this.track = track;
  }

  /**
   * @param track of the run whose tracks the session has
   * @param shown in order
   */
  static SegmentTimeline of(Track track, List<PlacedFragment> shown) {
    var timeline = new SegmentTimeline(track);
    shown.forEach(timeline::add);
    return timeline;
  }

  List<Entry> entries() {
    return entries;
  }

  /** Of its densest segment. */
  long peakBitsPerSecond() {
    return peakBitsPerSecond;
  }

  long longestTicks() {
    return entries.stream().mapToLong(Entry::duration).max().orElse(0);
  }

  private void add(PlacedFragment placed) {
    fillUpTo(placed);
    boolean present = SessionTracks.same(track, placed.run());
    int count = placed.fragment().segmentCount();
    for (int i = 0; i < count; i++) {
      List<PartEntry> parts =
          present
              ? SegmentCuts.cut(placed.fragment(), placed.run(), track.index()).get(i)
              : List.of();
      if (parts.isEmpty()) {
        long ns = placed.fragment().durationNs() * (i + 1) / count;
        stand(
            Optional.of(placed.fragment()),
            placed.number() + i,
            placed.endNs() - placed.fragment().durationNs() + ns);
      } else {
        segment(placed, i, parts);
      }
    }
  }

  private void segment(PlacedFragment placed, int index, List<PartEntry> parts) {
    long ticks = parts.stream().mapToLong(PartEntry::durationTicks).sum();
    long bytes = parts.stream().mapToLong(PartEntry::payloadBytes).sum();
    long time = parts.getFirst().baseDecodeTime() + placed.shiftTicks(track) + zero();
    entries.add(new Entry(Optional.of(placed.fragment()), placed.number() + index, time, ticks));
    peakBitsPerSecond =
        Math.max(peakBitsPerSecond, bytes * 8 * track.timescale() / Math.max(1, ticks));
  }

  /** Lost media keeps its numbers. */
  private void fillUpTo(PlacedFragment placed) {
    if (entries.isEmpty()) {
      return;
    }
    long first = entries.getLast().number() + 1;
    long startNs = placed.endNs() - placed.fragment().durationNs();
    for (long number = first; number < placed.number(); number++) {
      long leftNs =
          startNs - MediaTime.toNanos(entries.getLast().end() - zero(), track.timescale());
      stand(Optional.empty(), number, startNs - leftNs + leftNs / (placed.number() - number));
    }
  }

  /** An entry from where the one before it ends. */
  private void stand(Optional<FragmentEntry> fragment, long number, long endNs) {
    long end = MediaTime.toTicks(endNs, track.timescale()) + zero();
    long time = entries.isEmpty() ? end - track.timescale() : entries.getLast().end();
    entries.add(new Entry(fragment, number, time, Math.max(1, end - time)));
  }

  /** Media time at which the session's time is zero. */
  private long zero() {
    return MediaSegments.TIME_SHIFT_SECONDS * track.timescale();
  }
}
