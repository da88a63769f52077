// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a clip takes of one stretch. Immutable.
 *
 * @param selections by track index
 * @param fromNs producer time of its first moment
 * @param toNs producer time at which it ends
 */
record Piece(Stretch stretch, Map<Integer, TrackSelection> selections, long fromNs, long toNs) {

  /** A decoder of audio is right again after this much. */
  private static final long AUDIO_PRE_ROLL_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** Where a track is shown, ticks of the track as an MP4 clip has it. */
  record Span(long startTicks, long endTicks) {}

  /** A piece that begins exactly: what is decoded before its start is there, and to be hidden. */
  static Optional<Piece> exact(Archive archive, Stretch stretch, TimeRange range) {
    long audioFromNs =
        range.fromNs() < Long.MIN_VALUE + AUDIO_PRE_ROLL_NS
            ? Long.MIN_VALUE
            : range.fromNs() - AUDIO_PRE_ROLL_NS;
    var selections = new HashMap<Integer, TrackSelection>();
    long fromNs = Long.MAX_VALUE;
    long toNs = Long.MIN_VALUE;
    for (Track track : stretch.tracks()) {
      var selected = TrackSelection.of(archive, stretch.parts(track), range, audioFromNs);
      if (selected.isPresent()) {
        selections.put(track.index(), selected.get());
        // A range that begins between two pictures begins there, not with the next picture.
        fromNs =
            Math.min(
                fromNs,
                selected.get().startsAtOrBefore() ? range.fromNs() : selected.get().fromNs());
        toNs = Math.max(toNs, selected.get().toNs());
      }
    }
    return selections.isEmpty()
        ? Optional.empty()
        : Optional.of(new Piece(stretch, selections, fromNs, toNs));
  }

  /** A piece that begins at the sync sample at or before its start, audio with it. */
  static Optional<Piece> fromSync(Archive archive, Stretch stretch, TimeRange range) {
    long fromNs = Long.MAX_VALUE;
    for (Track track : stretch.tracks()) {
      if (track.kind() == TrackKind.VIDEO) {
        var selected = TrackSelection.of(archive, stretch.parts(track), range, Long.MIN_VALUE);
        if (selected.isPresent()) {
          fromNs =
              Math.min(
                  fromNs,
                  selected.get().startsAtOrBefore()
                      ? selected.get().firstSampleNs()
                      : selected.get().fromNs());
        }
      }
    }
    // Where the pictures begin later than the range, as at the start of a recording, audio does not
    // wait.
    long startNs = fromNs == Long.MAX_VALUE ? range.fromNs() : Math.min(fromNs, range.fromNs());
    var whole = new TimeRange(startNs, range.toNs());
    var selections = new HashMap<Integer, TrackSelection>();
    long firstNs = Long.MAX_VALUE;
    long toNs = Long.MIN_VALUE;
    for (Track track : stretch.tracks()) {
      var selected = TrackSelection.of(archive, stretch.parts(track), whole, startNs);
      if (selected.isPresent()) {
        TrackSelection selection = selected.get();
        selections.put(track.index(), selection);
        long trackNs =
            track.kind() == TrackKind.AUDIO ? selection.firstSampleNs() : selection.fromNs();
        firstNs = Math.min(firstNs, trackNs);
        toNs = Math.max(toNs, selection.toNs());
      }
    }
    return selections.isEmpty()
        ? Optional.empty()
        : Optional.of(new Piece(stretch, selections, firstNs, toNs));
  }

  long lengthNs() {
    return toNs - fromNs;
  }

  /** Nothing recorded earlier could make the start more exact. */
  boolean startIsSettled(TimeRange range) {
    return range.fromNs() <= stretch.startNs()
        || selections.values().stream()
            .filter(each -> each.parts().getFirst().track().kind() == TrackKind.VIDEO)
            .allMatch(TrackSelection::startsAtOrBefore);
  }

  /** The slices in the order they were recorded, which interleaves the tracks. */
  List<Slice> slices(long clipStartNs) {
    var slices = new ArrayList<Slice>();
    var next = new HashMap<Integer, Integer>();
    for (PlacedPart placed : stretch.parts()) {
      int track = placed.part().trackIndex();
      TrackSelection selection = selections.get(track);
      if (selection != null) {
        int index = next.merge(track, 1, Integer::sum) - 1;
        int first = selection.firstSampleOf(index);
        int end = selection.endSampleOf(index);
        if (first < end) {
          slices.add(
              new Slice(placed, first, end, shiftTicks(placed, clipStartNs), clipStartNs - fromNs));
        }
      }
    }
    return slices;
  }

  Span span(int track, long clipStartNs) {
    TrackSelection selection = selections.get(track);
    if (selection == null) {
      throw new IllegalArgumentException("nothing of track " + track);
    }
    PlacedPart first = selection.parts().get(selection.firstPart());
    PlacedPart last = selection.parts().get(selection.lastPart());
    return new Span(
        clipTicks(first, selection.firstShownNs(), clipStartNs) + selection.skippedSamples(),
        clipTicks(last, selection.toNs(), clipStartNs) - selection.paddingSamples());
  }

  private long clipTicks(PlacedPart placed, long producerNs, long clipStartNs) {
    return MediaTime.rescale(
        placed.tickAtOrAfter(producerNs) + shiftTicks(placed, clipStartNs),
        placed.track().timescale(),
        ClipTracks.of(placed.track()).timescale());
  }

  /** The first tick not before the piece's start becomes its first tick in the clip. */
  private long shiftTicks(PlacedPart placed, long clipStartNs) {
    return MediaTime.toTicks(clipStartNs, placed.track().timescale())
        - placed.tickAtOrAfter(fromNs);
  }
}
