// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.container.mp4.EditList;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;

/** Edit lists of a clip's tracks. Stateless. */
final class Edits {

  private Edits() {}

  /**
   * Shows a track exactly where the plan says.
   *
   * @param firstDecodeTime clip ticks at which the track's media begins
   */
  static EditList of(ClipPlan plan, Track track, long firstDecodeTime) {
    Piece.Span span = plan.span(track);
    long delay = movieTicks(plan, track, span.startTicks());
    return new EditList(
        delay,
        span.startTicks() - firstDecodeTime,
        movieTicks(plan, track, span.endTicks()) - delay);
  }

  /** Length of the movie: the end of the track that ends last. */
  static long movieDuration(ClipPlan plan) {
    return plan.tracks().stream()
        .mapToLong(track -> movieTicks(plan, track, plan.span(track).endTicks()))
        .max()
        .orElseThrow();
  }

  private static long movieTicks(ClipPlan plan, Track track, long ticks) {
    return MediaTime.rescale(ticks, ClipTracks.of(track).timescale(), plan.movieTimescale());
  }
}
