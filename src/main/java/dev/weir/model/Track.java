// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * One track of a run. Immutable.
 *
 * @param index position in the run's list of tracks, from 0
 * @param timescale ticks a second of all its times, positive
 * @param language BCP 47 or ISO 639-2 code as the producer gave it; {@code und} when unknown
 * @param codec the codec and its configuration
 */
public record Track(int index, int timescale, String language, Codec codec) {

  public Track {
    if (index < 0 || timescale <= 0) {
      throw new IllegalArgumentException("track " + index + ", timescale " + timescale);
    }
  }

  public TrackKind kind() {
    return codec.kind();
  }
}
