// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tracks that a session has. Stateless. */
public final class SessionTracks {

  private SessionTracks() {}

  /** The first video and the first audio, in this order. */
  public static List<Track> of(RunHeader run) {
    return Stream.of(first(run, TrackKind.VIDEO), first(run, TrackKind.AUDIO))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Track> first(RunHeader run, TrackKind kind) {
    return run.tracks().stream().filter(track -> track.kind() == kind).findFirst();
  }

  /** Whether a run has a track that the same initialization segment opens. */
  public static boolean same(Track track, RunHeader run) {
    return track.index() < run.tracks().size()
        && run.tracks().get(track.index()).timescale() == track.timescale()
        && run.tracks().get(track.index()).codec().equals(track.codec());
  }
}
