// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.SegmentCuts;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One media segment of a rendition as a playlist lists it. Immutable.
 *
 * @param track empty where the run has no such track
 * @param durationNs of this very segment, or of what is missing
 * @param startProducerNs producer time of its first sample by presentation, UTC nanoseconds
 * @param bytes of its payload; 0 when nothing is there
 */
record PlaylistSegment(
    FragmentEntry fragment,
    RunHeader run,
    Optional<Track> track,
    int index,
    long durationNs,
    long startProducerNs,
    long bytes) {

  boolean isGap() {
    return bytes == 0;
  }

  /** The segments of a fragment, as many for each rendition. */
  static List<PlaylistSegment> of(FragmentEntry fragment, Timeline timeline, Rendition rendition) {
    RunHeader run = timeline.run(fragment);
    Optional<Track> track = rendition.track(run);
    Track leading = SegmentCuts.leadingTrack(fragment, run);
    List<List<PartEntry>> leadingCuts = SegmentCuts.cut(fragment, run, leading.index());
    List<List<PartEntry>> cuts =
        track.map(each -> SegmentCuts.cut(fragment, run, each.index())).orElse(List.of());
    var segments = new ArrayList<PlaylistSegment>();
    for (int i = 0; i < fragment.segmentCount(); i++) {
      boolean present = track.isPresent() && !cuts.get(i).isEmpty();
      Track timed = present ? track.get() : leading;
      boolean whole = fragment.segmentCount() == 1 && timed.index() == leading.index();
      List<PartEntry> parts = present ? cuts.get(i) : leadingCuts.get(i);
      segments.add(
          segment(
              fragment, run, present ? track : Optional.empty(), timed, i, parts, present, whole));
    }
    return segments;
  }

  private static PlaylistSegment segment(
      FragmentEntry fragment,
      RunHeader run,
      Optional<Track> track,
      Track timed,
      int index,
      List<PartEntry> parts,
      boolean present,
      boolean whole) {
    long ticks = 0;
    long first = Long.MAX_VALUE;
    long bytes = 0;
    for (PartEntry part : parts) {
      ticks += part.durationTicks();
      first = Math.min(first, part.firstPresentationTime());
      bytes += part.payloadBytes();
    }
    return new PlaylistSegment(
        fragment,
        run,
        track,
        index,
        whole ? fragment.durationNs() : MediaTime.toNanos(ticks, timed.timescale()),
        parts.isEmpty() ? fragment.producerTimeNs() : run.producerTimeNs(timed, first),
        present ? Math.max(1, bytes) : 0);
  }
}
