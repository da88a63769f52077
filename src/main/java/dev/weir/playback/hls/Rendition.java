// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The n-th video or audio track of every run, as one media playlist. Immutable.
 *
 * @param ordinal from 0 among tracks of its kind
 */
public record Rendition(TrackKind kind, int ordinal) {

  private static final Pattern NAME = Pattern.compile("(video|audio)([1-9][0-9]?)?\\.m3u8");

  /**
   * The rendition that a playlist's file name means: {@code video.m3u8}, {@code audio.m3u8}, {@code
   * audio1.m3u8}.
   */
  public static Optional<Rendition> ofFileName(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    TrackKind kind = TrackKind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    return Optional.of(
        new Rendition(kind, matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))));
  }

  String fileName() {
    return kind.name().toLowerCase(Locale.ROOT) + (ordinal == 0 ? "" : ordinal) + ".m3u8";
  }

  /** Its track in a run, if the run has so many. */
  Optional<Track> track(RunHeader run) {
    List<Track> ofKind = of(run, kind);
    return ordinal < ofKind.size() ? Optional.of(ofKind.get(ordinal)) : Optional.empty();
  }

  static List<Track> of(RunHeader run, TrackKind kind) {
    return run.tracks().stream().filter(track -> track.kind() == kind).toList();
  }
}
