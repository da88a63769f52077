// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.model.Conflict;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What goes into a clip, whatever it is wrapped in: pieces one after another, the time between them
 * left out. Immutable.
 *
 * @param tracks those that have something in it
 * @param slices in the order of the file
 */
record ClipPlan(List<Piece> pieces, List<Track> tracks, List<Slice> slices) {

  /**
   * Joins pieces.
   *
   * @throws Conflict when their tracks differ
   */
  static ClipPlan of(List<Piece> pieces) {
    List<Track> tracks = pieces.getFirst().stretch().tracks();
    if (!pieces.stream().allMatch(each -> each.stretch().tracks().equals(tracks))) {
      throw new Conflict(
          "the tracks change within the range",
          "from, to",
          "a range with one set of tracks",
          pieces.stream().map(ClipPlan::describe).collect(Collectors.joining("; ")));
    }
    var slices = new ArrayList<Slice>();
    long startNs = 0;
    for (Piece piece : pieces) {
      slices.addAll(piece.slices(startNs));
      startNs += piece.lengthNs();
    }
    List<Track> present =
        tracks.stream()
            .filter(track ->
                pieces.stream().anyMatch(each -> each.selections().containsKey(track.index())))
            .toList();
    return new ClipPlan(List.copyOf(pieces), present, slices);
  }

  private static String describe(Piece piece) {
    return millis(piece.fromNs())
        + " to "
        + millis(piece.toNs())
        + " "
        + piece.stretch().tracks().stream()
            .map(track -> track.codec().rfc6381())
            .collect(Collectors.joining(","));
  }

  private static Instant millis(long ns) {
    return TimeRange.instant(ns).truncatedTo(ChronoUnit.MILLIS);
  }

  long fromNs() {
    return pieces.getFirst().fromNs();
  }

  long toNs() {
    return pieces.getLast().toNs();
  }

  /** Length of the clip. */
  long lengthNs() {
    return pieces.stream().mapToLong(Piece::lengthNs).sum();
  }

  List<TimeRange> ranges() {
    return pieces.stream().map(each -> new TimeRange(each.fromNs(), each.toNs())).toList();
  }

  /** From where to where a track is shown. */
  Piece.Span span(Track track) {
    Optional<Piece.Span> whole = Optional.empty();
    long startNs = 0;
    for (Piece piece : pieces) {
      if (piece.selections().containsKey(track.index())) {
        Piece.Span here = piece.span(track.index(), startNs);
        whole =
            Optional.of(
                new Piece.Span(
                    whole.map(Piece.Span::startTicks).orElse(here.startTicks()), here.endTicks()));
      }
      startNs += piece.lengthNs();
    }
    return whole.orElseThrow();
  }

  /** The track that a player seeks by: the first picture track, else the first. */
  Track main() {
    return tracks.stream()
        .filter(each -> each.kind() == TrackKind.VIDEO)
        .findFirst()
        .orElse(tracks.getFirst());
  }

  /** A timescale in which the ticks of all tracks are whole, or else a fine one. */
  int movieTimescale() {
    long common = 1;
    for (Track track : tracks) {
      int timescale = ClipTracks.of(track).timescale();
      common = common / gcd(common, timescale) * timescale;
      if (common > MediaTime.NANOS_PER_SECOND) {
        return (int) MediaTime.NANOS_PER_SECOND;
      }
    }
    return (int) common;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
