// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.model.Codec;
import dev.weir.model.Track;

/**
 * Tracks as an MP4 clip declares them. Audio counts in its own samples, whatever it came in as:
 * Opus must (Opus in ISO base media, § 4.3), and readers take it for granted of the others.
 * Stateless.
 */
final class ClipTracks {

  static final int OPUS_RATE = 48_000;

  private ClipTracks() {}

  static Track of(Track track) {
    int timescale =
        switch (track.codec()) {
          case Codec.Avc _, Codec.Hevc _ -> track.timescale();
          case Codec.Aac aac -> aac.audio().sampleRate();
          case Codec.Opus _ -> OPUS_RATE;
        };
    return new Track(track.index(), timescale, track.language(), track.codec());
  }
}
