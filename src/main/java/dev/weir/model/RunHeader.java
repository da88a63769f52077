// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.List;

/**
 * What all fragments of a run share. Written at the head of a run and again in each further chunk
 * file that holds fragments of it. Immutable.
 *
 * @param run unique in the stream
 * @param tracks at least one; {@code tracks.get(i).index() == i}
 * @param anchorProducerNs producer time (UTC, nanoseconds since the epoch) of media time zero
 * @param anchorServerNs server time (UTC, nanoseconds since the epoch) of the arrival of the run's
 *     first byte
 * @param arrivalAnchored the producer's clock was not used: anchorProducerNs comes from the
 *     server's
 * @param clockSuspect the producer gave a time that could not be believed, so the server's was
 *     taken
 */
public record RunHeader(
    RunId run,
    List<Track> tracks,
    long anchorProducerNs,
    long anchorServerNs,
    boolean arrivalAnchored,
    boolean clockSuspect) {

  public RunHeader {
    tracks = List.copyOf(tracks);
    for (int i = 0; i < tracks.size(); i++) {
      if (tracks.get(i).index() != i) {
        throw new IllegalArgumentException("track " + tracks.get(i).index() + " at place " + i);
      }
    }
    if (tracks.isEmpty()) {
      throw new IllegalArgumentException("a run without tracks");
    }
  }

  /**
   * The track that cuts fragments and sets their times: the first video track, else the first
   * track.
   */
  public Track mainTrack() {
    for (Track track : tracks) {
      if (track.kind() == TrackKind.VIDEO) {
        return track;
      }
    }
    return tracks.getFirst();
  }

  /** Producer time of a media time of one of the tracks, UTC nanoseconds. */
  public long producerTimeNs(Track track, long mediaTicks) {
    return Math.addExact(anchorProducerNs, MediaTime.toNanos(mediaTicks, track.timescale()));
  }
}
