// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How a fragment is cut into media segments at part borders. A pure function of what is stored, so
 * a segment's address never changes meaning. Stateless.
 */
public final class SegmentCuts {

  /** A part closes once it is this long, so a cut may lie this far from where it would be best. */
  public static final long PART_TARGET_NS = 500 * MediaTime.NANOS_PER_MILLI;

  private SegmentCuts() {}

  /**
   * How many segments keep each one's duration, rounded to the second, within the target (RFC
   * 8216bis § 4.4.3.1).
   */
  public static int count(long durationNs, long targetDurationNs) {
    long room = Math.max(targetDurationNs - PART_TARGET_NS, PART_TARGET_NS);
    if (durationNs <= targetDurationNs) {
      return 1;
    }
    return Math.toIntExact((durationNs + room - 1) / room);
  }

  /**
   * The parts of one track, segment by segment. Parts of the main track are dealt out by time;
   * parts of another track go with the segment during which they start. A list may be empty where a
   * track has nothing in that time.
   *
   * @return exactly {@link FragmentEntry#segmentCount()} lists
   */
  public static List<List<PartEntry>> cut(FragmentEntry fragment, RunHeader run, int trackIndex) {
    int count = fragment.segmentCount();
    if (count == 1) {
      return List.of(fragment.parts(trackIndex));
    }
    Track main = leadingTrack(fragment, run);
    List<Long> starts = segmentStartsNs(fragment.parts(main.index()), main.timescale(), count);
    var segments = new ArrayList<List<PartEntry>>(count);
    for (int i = 0; i < count; i++) {
      segments.add(new ArrayList<>());
    }
    int timescale = run.tracks().get(trackIndex).timescale();
    for (PartEntry part : fragment.parts(trackIndex)) {
      long startNs = MediaTime.toNanos(part.baseDecodeTime(), timescale);
      int segment = count - 1;
      while (segment > 0 && startNs < starts.get(segment)) {
        segment--;
      }
      segments.get(segment).add(part);
    }
    return segments.stream().map(List::copyOf).toList();
  }

  /** The main track, or where the fragment has nothing of it the first track it has. */
  public static Track leadingTrack(FragmentEntry fragment, RunHeader run) {
    Track main = run.mainTrack();
    boolean present = fragment.parts().stream().anyMatch(part -> part.trackIndex() == main.index());
    return present || fragment.parts().isEmpty()
        ? main
        : run.tracks().get(fragment.parts().getFirst().trackIndex());
  }

  /**
   * Media time at which each segment starts; segments after the last part start at the end of time.
   */
  private static List<Long> segmentStartsNs(List<PartEntry> parts, int timescale, int count) {
    long begin = MediaTime.toNanos(parts.getFirst().baseDecodeTime(), timescale);
    PartEntry last = parts.getLast();
    long end = MediaTime.toNanos(last.baseDecodeTime() + last.durationTicks(), timescale);
    var starts = new ArrayList<Long>(count);
    int next = 0;
    for (int segment = 0; segment < count; segment++) {
      long ideal = begin + (end - begin) * segment / count;
      // The first part at or after the ideal place, but never so late that a following segment
      // stays without one.
      int latest = Math.max(next, parts.size() - (count - segment));
      while (next < latest
          && MediaTime.toNanos(parts.get(next).baseDecodeTime(), timescale) < ideal) {
        next++;
      }
      starts.add(
          next < parts.size()
              ? MediaTime.toNanos(parts.get(next).baseDecodeTime(), timescale)
              : Long.MAX_VALUE);
      next++;
    }
    return starts;
  }
}
