// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.hls.SessionQuery.Discontinuities;
import dev.weir.playback.hls.SessionQuery.Mode;
import java.time.InstantSource;
import java.util.List;

/**
 * The playlists of playback sessions: a stream shown through a window of some fragments. Holds no
 * state of a session: what it is of is asked with. Thread-safe; blocks on the archive.
 */
public final class SessionPlaylists {

  /** How far back the newest fragments are looked for. */
  private static final long LIVE_WINDOW_NS = 600 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final InstantSource clock;

  /** The fragments of a playlist. */
  private record Window(
      List<FragmentEntry> fragments, long sequence, long discontinuitySequence, boolean ended) {}

  public SessionPlaylists(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /** Server time at which the newest fragment of a stream ended, UTC nanoseconds. */
  public long newestServerNs(StreamId stream) {
    try (Timeline timeline = archive.liveEdge(stream, LIVE_WINDOW_NS)) {
      return timeline.fragments().isEmpty()
          ? Long.MIN_VALUE
          : Clock.SERVER.endNs(timeline.fragments().getLast());
    }
  }

  /** Whether there is nothing to play. */
  public boolean isEmpty(StreamId stream, SessionQuery query) {
    try (Timeline timeline = timeline(stream, query)) {
      return window(timeline, query).fragments.isEmpty();
    }
  }

  /**
   * The multivariant playlist: one variant, its sound a group.
   *
   * @throws NotFound when there is no media
   */
  public String multivariant(StreamId stream, SessionQuery query, SessionUris uris) {
    try (Timeline timeline = timeline(stream, query)) {
      List<FragmentEntry> fragments = window(timeline, query).fragments;
      if (fragments.isEmpty()) {
        throw new NotFound("no media", "session", "recorded media", "none");
      }
      return SessionMultivariant.write(timeline, fragments, uris);
    }
  }

  /**
   * The media playlist of one track.
   *
   * @param targetNs the stream's target duration
   * @throws NotFound when no run has such a track
   */
  public String media(
      StreamId stream, SessionQuery query, int trackIndex, long targetNs, SessionUris uris) {
    try (Timeline timeline = timeline(stream, query)) {
      Window window = window(timeline, query);
      if (window.fragments.stream()
          .allMatch(each -> trackIndex >= timeline.run(each).tracks().size())) {
        throw new NotFound("no such track", "track", "a track of the stream", "" + trackIndex);
      }
      var entries = new SessionEntries(timeline, query, trackIndex, uris);
      window.fragments.forEach(entries::add);
      return text(query, window, entries, targetNs);
    }
  }

  private static String text(
      SessionQuery query, Window window, SessionEntries entries, long targetNs) {
    var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    if (query.mode() == Mode.ON_DEMAND) {
      text.append("#EXT-X-PLAYLIST-TYPE:VOD\n");
    }
    text.append("#EXT-X-TARGETDURATION:")
        .append(Math.max(SessionEntries.seconds(targetNs), entries.longestSeconds()))
        .append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(window.sequence)
        .append('\n');
    if (query.mode() != Mode.ON_DEMAND) {
      text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
          .append(window.discontinuitySequence)
          .append('\n');
    }
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n").append(entries.text());
    return (window.ended ? text.append("#EXT-X-ENDLIST\n") : text).toString();
  }

  private Timeline timeline(StreamId stream, SessionQuery query) {
    return switch (query.mode()) {
      case LIVE -> archive.liveEdge(stream, LIVE_WINDOW_NS);
      case LIVE_REPLAY, ON_DEMAND -> archive.find(stream, query.range(), query.clock());
    };
  }

  private Window window(Timeline timeline, SessionQuery query) {
    return switch (query.mode()) {
      case LIVE -> live(timeline.fragments(), query);
      case LIVE_REPLAY -> replay(begun(timeline, query), query);
      case ON_DEMAND -> {
        List<FragmentEntry> fragments = begun(timeline, query);
        int count = Math.min(fragments.size(), query.mostFragments());
        yield new Window(fragments.subList(0, count), 0, 0, true);
      }
    };
  }

  /** What began before the range is not of it. */
  private static List<FragmentEntry> begun(Timeline timeline, SessionQuery query) {
    return timeline.fragments().stream()
        .filter(each -> query.clock().startNs(each) >= query.fromNs())
        .toList();
  }

  private static Window live(List<FragmentEntry> fragments, SessionQuery query) {
    int first = Math.max(0, fragments.size() - query.mostFragments());
    List<FragmentEntry> newest = fragments.subList(first, fragments.size());
    if (newest.isEmpty()) {
      return new Window(newest, 0, 0, false);
    }
    LivePlace place = newest.getFirst().live().orElseThrow();
    boolean always = query.discontinuities() == Discontinuities.ALWAYS;
    return new Window(
        newest,
        place.liveOrdinal(),
        always ? place.liveOrdinal() : place.discontinuityOrdinal(),
        false);
  }

  /** From the begin on as much as has passed since the session began, and a window more. */
  private Window replay(List<FragmentEntry> fragments, SessionQuery query) {
    long leftNs = TimeRange.nanos(clock.instant()) - query.beganNs();
    int shown = Math.min(fragments.size(), query.mostFragments());
    while (shown < fragments.size() && fragments.get(shown).durationNs() <= leftNs) {
      leftNs -= fragments.get(shown).durationNs();
      shown++;
    }
    int first = Math.max(0, shown - query.mostFragments());
    long sequence = 0;
    long discontinuities = 0;
    for (int i = 0; i < first; i++) {
      sequence += fragments.get(i).segmentCount();
      boolean breaks =
          i > 0 && SessionEntries.breaks(fragments.get(i - 1), fragments.get(i), query);
      discontinuities += breaks ? 1 : 0;
    }
    return new Window(
        fragments.subList(first, shown),
        sequence,
        query.discontinuities() == Discontinuities.ALWAYS ? sequence : discontinuities,
        query.toNs().isPresent() && shown == fragments.size());
  }
}
