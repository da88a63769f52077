// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A fragment in a session. Immutable.
 *
 * @param number of its first segment
 * @param shiftNs from the media time of its run to the session's time
 */
record PlacedFragment(FragmentEntry fragment, RunHeader run, long number, long shiftNs) {

  /** By so much a fragment may begin before or after the end of the one before it. */
  private static final long GAP_NS = 50 * MediaTime.NANOS_PER_MILLI;

  /** Where a track goes on: media ticks of a run, and how far they are shifted. */
  private record End(long ticks, int timescale, long shiftNs) {}

  /** How far the ticks of one of its tracks are shifted; no two fragments meet by rounding. */
  long shiftTicks(Track track) {
    return up(shiftNs, MediaTime.NANOS_PER_SECOND, track.timescale());
  }

  /** Session time at which its main track ends. */
  long endNs() {
    return fragment.producerEndNs() - run.anchorProducerNs() + shiftNs;
  }

  /** One after another from number one and time zero. */
  static List<PlacedFragment> inOrder(Timeline timeline, List<FragmentEntry> listed) {
    var placed = new ArrayList<PlacedFragment>(listed.size());
    Map<Integer, End> ends = new HashMap<>();
    long number = 1;
    for (FragmentEntry fragment : listed) {
      RunHeader run = timeline.run(fragment);
      long shiftNs =
          !placed.isEmpty() && placed.getLast().isFollowedBy(fragment)
              ? placed.getLast().shiftNs
              : shiftNs(fragment, run, ends);
      placed.add(new PlacedFragment(fragment, run, number, shiftNs));
      number += fragment.segmentCount();
      for (PartEntry part : fragment.parts()) {
        int timescale = run.tracks().get(part.trackIndex()).timescale();
        ends.put(
            part.trackIndex(),
            new End(part.baseDecodeTime() + part.durationTicks(), timescale, shiftNs));
      }
    }
    return placed;
  }

  /** The same, counted from a fragment whose place is known. */
  static List<PlacedFragment> inOrder(
      Timeline timeline, List<FragmentEntry> listed, Numbering.Listed known) {
    List<PlacedFragment> placed = inOrder(timeline, listed);
    PlacedFragment anchor =
        placed.stream()
            .filter(each -> each.fragment.number().equals(known.anchor()))
            .findFirst()
            .orElseThrow(() ->
                new NotFound(
                    "the session's media is gone",
                    "session",
                    "what was there when it was opened",
                    "nothing of it"));
    long numbers = known.number() - anchor.number;
    long ns = known.shiftNs() - anchor.shiftNs;
    return placed.stream()
        .map(each ->
            new PlacedFragment(each.fragment, each.run, each.number + numbers, each.shiftNs + ns))
        .toList();
  }

  private boolean isFollowedBy(FragmentEntry next) {
    long stepNs = next.producerTimeNs() - fragment.producerEndNs();
    return next.run().equals(fragment.run()) && Math.abs(stepNs) <= GAP_NS;
  }

  /** So that no track begins before it ended. */
  private static long shiftNs(FragmentEntry fragment, RunHeader run, Map<Integer, End> ends) {
    long shiftNs = Long.MIN_VALUE;
    for (Track track : run.tracks()) {
      List<PartEntry> parts = fragment.parts(track.index());
      if (!parts.isEmpty()) {
        End end = ends.getOrDefault(track.index(), new End(0, track.timescale(), 0));
        long ticks =
            up(end.ticks, end.timescale, track.timescale()) - parts.getFirst().baseDecodeTime();
        long stepNs = up(ticks, track.timescale(), MediaTime.NANOS_PER_SECOND);
        shiftNs = Math.max(shiftNs, end.shiftNs + stepNs);
      }
    }
    return shiftNs;
  }

  /** {@code value * to / from}, rounded up. */
  private static long up(long value, long from, long to) {
    long rest = Math.ceilDiv(Math.multiplyExact(Math.floorMod(value, from), to), from);
    return Math.addExact(Math.multiplyExact(Math.floorDiv(value, from), to), rest);
  }
}
