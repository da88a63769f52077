// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.FragmentNumber;
import dev.weir.model.RunId;

/** Where the playlists of a session say that its parts are, relative to them. Thread-safe. */
public interface SessionUris {

  /** The media playlist of a track; of the main one when segments are of all tracks. */
  String playlist(int trackIndex);

  String init(RunId run, int trackIndex);

  String media(FragmentNumber number, int segment, int trackIndex);

  /** A segment of all tracks. */
  String transport(FragmentNumber number, int segment);
}
