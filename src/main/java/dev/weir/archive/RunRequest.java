// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.TimecodeMode;
import dev.weir.model.Track;
import java.util.List;

/**
 * What a session knows as a timeline begins. Immutable.
 *
 * @param tracks at least one, {@code tracks.get(i).index() == i}
 * @param firstPresentationNs presentation time of the first sample to come of the main track (the
 *     first video, else the first track), on the media timeline
 * @param mode how to anchor
 * @param startNs where media time 0 lies by the producer's clock, UTC nanoseconds: with RELATIVE
 *     its stated start, as far as it is not in the media times already, with ABSOLUTE 0, each with
 *     the stream's clock offset added; else 0
 * @param serverTimeNs when the first byte of this timeline arrived, UTC nanoseconds
 */
public record RunRequest(
    List<Track> tracks,
    long firstPresentationNs,
    TimecodeMode mode,
    long startNs,
    long serverTimeNs) {

  public RunRequest {
    tracks = List.copyOf(tracks);
  }
}
