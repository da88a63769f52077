// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.playback.hls.HlsSession.Discontinuities;
import dev.weir.playback.session.SessionQuery.Mode;
import dev.weir.playback.session.SessionWindow;
import dev.weir.playback.session.SessionWindows;

/**
 * The playlists of playback sessions. What a session is of is asked with; all that is remembered
 * here is how far it was counted. Thread-safe; blocks on the archive.
 */
public final class SessionPlaylists {

  private final SessionWindows windows;
  private final LiveCounts liveCounts = new LiveCounts();

  public SessionPlaylists(SessionWindows windows) {
    this.windows = windows;
  }

  /**
   * From where a session is numbered that is opened now.
   *
   * @throws NotFound when there is no media
   */
  public Counting counted(StreamId stream, HlsSession session) {
    try (SessionWindow window = windows.open(stream, session.query())) {
      if (window.shown().isEmpty()) {
        throw noMedia();
      }
      return session.query().mode() == Mode.LIVE
          ? LiveCount.ofFirst(window)
          : ListPlace.ofLast(window, new Breaks(window.timeline(), session));
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
    Counting counting = counting(stream, session);
    try (SessionWindow window = open(stream, session, counting)) {
      if (window.shown().stream()
          .allMatch(each -> trackIndex >= window.timeline().run(each).tracks().size())) {
        throw new NotFound(
            "no such track", "track", "a track of the stream", "number " + (trackIndex + 1));
      }
      var entries = new SessionEntries(window.timeline(), session, trackIndex, uris);
      window.shown().forEach(entries::add);
      var breaks = new Breaks(window.timeline(), session);
      if (counting instanceof LiveCount live) {
        liveCounts.reached(stream, session, live.moved(window, breaks));
      }
      boolean always = session.discontinuities() == Discontinuities.ALWAYS;
      long first = counting.mediaSequence(window);
      long discontinuities = always ? first : counting.discontinuitySequence(window, breaks);
      return text(session, window, entries, targetNs, first, discontinuities);
    }
  }

  private Counting counting(StreamId stream, HlsSession session) {
    Counting begin = session.counted().orElseThrow();
    return begin instanceof LiveCount live ? liveCounts.latest(stream, session, live) : begin;
  }

  private SessionWindow open(StreamId stream, HlsSession session, Counting counting) {
    return counting instanceof LiveCount live
        ? windows.openSince(stream, session.query(), live.producerNs())
        : windows.open(stream, session.query());
  }

  private static String text(
      HlsSession session,
      SessionWindow window,
      SessionEntries entries,
      long targetNs,
      long mediaSequence,
      long discontinuitySequence) {
    boolean whole = session.query().mode() == Mode.ON_DEMAND;
    var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    if (whole) {
      text.append("#EXT-X-PLAYLIST-TYPE:VOD\n");
    }
    text.append("#EXT-X-TARGETDURATION:")
        .append(Math.max(SessionEntries.seconds(targetNs), entries.longestSeconds()))
        .append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(mediaSequence)
        .append('\n');
    if (!whole) {
      text.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(discontinuitySequence).append('\n');
    }
    if (window.shown().stream().allMatch(each -> each.segmentCount() == 1)) {
      text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    text.append(entries.text());
    return (window.ended() ? text.append("#EXT-X-ENDLIST\n") : text).toString();
  }
}
