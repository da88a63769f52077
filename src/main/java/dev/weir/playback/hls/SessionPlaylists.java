// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.LivePlace;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.playback.hls.HlsSession.Discontinuities;
import dev.weir.playback.session.SessionQuery.Mode;
import dev.weir.playback.session.SessionWindow;
import dev.weir.playback.session.SessionWindows;
import java.util.Optional;

/**
 * The playlists of playback sessions. Holds no state of a session: what it is of is asked with.
 * Thread-safe; blocks on the archive.
 */
public final class SessionPlaylists {

  private final SessionWindows windows;

  public SessionPlaylists(SessionWindows windows) {
    this.windows = windows;
  }

  /**
   * From where a session is numbered that is opened now.
   *
   * @throws NotFound when there is no media
   */
  public Optional<ListPlace> counted(StreamId stream, HlsSession session) {
    if (session.query().mode() == Mode.LIVE) {
      return Optional.empty();
    }
    try (SessionWindow window = windows.open(stream, session.query())) {
      if (window.listed().isEmpty()) {
        throw noMedia();
      }
      return Optional.of(ListPlace.ofLast(window, new Breaks(window.timeline(), session)));
    }
  }

  private static NotFound noMedia() {
    return new NotFound("no media", "session", "recorded media", "none");
  }

  /**
   * The multivariant playlist: one variant, its sound a group, or in its segments.
   *
   * @throws NotFound when there is no media
   */
  public String multivariant(StreamId stream, HlsSession session, SessionUris uris) {
    try (SessionWindow window = windows.open(stream, session.query())) {
      if (window.shown().isEmpty()) {
        throw noMedia();
      }
      return SessionMultivariant.write(window.timeline(), window.shown(), session, uris);
    }
  }

  /**
   * The media playlist of one track, or of all tracks when segments are.
   *
   * @param targetNs the stream's target duration
   * @throws NotFound when no run has such a track
   */
  public String media(
      StreamId stream, HlsSession session, int trackIndex, long targetNs, SessionUris uris) {
    try (SessionWindow window = windows.open(stream, session.query())) {
      if (window.shown().stream()
          .allMatch(each -> trackIndex >= window.timeline().run(each).tracks().size())) {
        throw new NotFound("no such track", "track", "a track of the stream", "" + trackIndex);
      }
      var entries = new SessionEntries(window.timeline(), session, trackIndex, uris);
      window.shown().forEach(entries::add);
      return text(session, window, entries, targetNs);
    }
  }

  private static String text(
      HlsSession session, SessionWindow window, SessionEntries entries, long targetNs) {
    boolean whole = session.query().mode() == Mode.ON_DEMAND;
    var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    if (whole) {
      text.append("#EXT-X-PLAYLIST-TYPE:VOD\n");
    }
    text.append("#EXT-X-TARGETDURATION:")
        .append(Math.max(SessionEntries.seconds(targetNs), entries.longestSeconds()))
        .append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(mediaSequence(session, window))
        .append('\n');
    if (!whole) {
      text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
          .append(discontinuitySequence(session, window))
          .append('\n');
    }
    if (window.shown().stream().allMatch(each -> each.segmentCount() == 1)) {
      text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    text.append(entries.text());
    return (window.ended() ? text.append("#EXT-X-ENDLIST\n") : text).toString();
  }

  /** Of a live session the numbers are the stream's. */
  private static long mediaSequence(HlsSession session, SessionWindow window) {
    return session
        .counted()
        .map(place -> place.mediaSequence(window))
        .orElseGet(() -> live(window).liveOrdinal());
  }

  private static long discontinuitySequence(HlsSession session, SessionWindow window) {
    if (session.discontinuities() == Discontinuities.ALWAYS) {
      return mediaSequence(session, window);
    }
    return session
        .counted()
        .map(place -> place.discontinuitySequence(window, new Breaks(window.timeline(), session)))
        .orElseGet(() -> live(window).discontinuityOrdinal());
  }

  private static LivePlace live(SessionWindow window) {
    return window.shown().getFirst().live().orElseThrow();
  }
}
