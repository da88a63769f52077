// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Fragments with the same tracks that follow one another without a gap, on the line of producer
 * time. Immutable.
 */
record Stretch(List<FragmentEntry> fragments, List<Track> tracks, List<PlacedPart> parts) {

  /** As long as a run may pause and be the same run; a longer silence is a gap. */
  private static final long LONGEST_PAUSE_NS = MediaTime.NANOS_PER_SECOND;

  /** A fragment may start this much before the end of the one before it, as clocks round. */
  private static final long OVERLAP_TOLERANCE_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** Of some of a timeline's fragments. Where two overlap, the one that starts first is kept. */
  static List<Stretch> stretches(Timeline timeline, List<FragmentEntry> fragments) {
    var stretches = new ArrayList<Stretch>();
    var current = new ArrayList<FragmentEntry>();
    long endNs = Long.MIN_VALUE;
    for (FragmentEntry fragment : fragments) {
      if (!current.isEmpty()) {
        long pauseNs = fragment.producerTimeNs() - endNs;
        if (pauseNs < -OVERLAP_TOLERANCE_NS) {
          continue;
        }
        boolean sameTracks =
            timeline.run(fragment).tracks().equals(timeline.run(current.getLast()).tracks());
        if (pauseNs > LONGEST_PAUSE_NS || !sameTracks) {
          stretches.add(of(timeline, current));
          current.clear();
        }
      }
      current.add(fragment);
      endNs = Math.max(endNs, fragment.producerEndNs());
    }
    if (!current.isEmpty()) {
      stretches.add(of(timeline, current));
    }
    return stretches;
  }

  private static Stretch of(Timeline timeline, List<FragmentEntry> fragments) {
    var parts = new ArrayList<PlacedPart>();
    for (FragmentEntry fragment : fragments) {
      RunHeader run = timeline.run(fragment);
      for (PartEntry part : fragment.parts()) {
        parts.add(new PlacedPart(fragment, run, part));
      }
    }
    return new Stretch(List.copyOf(fragments), timeline.run(fragments.getFirst()).tracks(), parts);
  }

  List<PlacedPart> parts(Track track) {
    return parts.stream().filter(each -> each.part().trackIndex() == track.index()).toList();
  }

  /** When the picture began that is shown at a time; without pictures, the sound. */
  Optional<Long> shownAt(Archive archive, long producerNs) {
    Optional<Track> main =
        tracks.stream()
            .filter(track -> track.kind() == TrackKind.VIDEO)
            .findFirst()
            .or(() -> tracks.stream().findFirst());
    return main.stream()
        .flatMap(track -> parts(track).stream())
        .filter(placed -> placed.firstPresentationNs() <= producerNs)
        .flatMap(placed ->
            archive.readSamples(placed.fragment(), placed.part()).stream()
                .map(sample -> placed.producerNs(sample.presentationTime())))
        .filter(startNs -> startNs <= producerNs)
        .max(Comparator.naturalOrder());
  }

  long startNs() {
    return fragments.getFirst().producerTimeNs();
  }

  boolean meets(TimeRange range) {
    return range.intersects(startNs(), fragments.getLast().producerEndNs());
  }
}
