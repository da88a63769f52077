// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.model.Conflict;
import dev.weir.model.FragmentEntry;
import dev.weir.model.NotFound;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.session.SessionQuery;
import dev.weir.playback.session.SessionQuery.Mode;
import dev.weir.playback.session.SessionTracks;
import dev.weir.playback.session.SessionWindow;
import dev.weir.playback.session.SessionWindows;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The manifests of playback sessions and the segments they name by number. Holds no state of a
 * session: what it is of is asked with. Thread-safe; blocks on the archive.
 */
public final class SessionManifests {

  private final Archive archive;
  private final SessionWindows windows;
  private final MediaSegments segments;
  private final InstantSource clock;

  public SessionManifests(
      Archive archive, SessionWindows windows, MediaSegments segments, InstantSource clock) {
    this.archive = archive;
    this.windows = windows;
    this.segments = segments;
    this.clock = clock;
  }

  /** Where a session begins that is opened now; empty when it has nothing to show. */
  public Optional<DashOrigin> origin(StreamId stream, SessionQuery query) {
    try (SessionWindow window = windows.open(stream, query)) {
      if (window.shown().isEmpty()) {
        return Optional.empty();
      }
      FragmentEntry first = window.shown().getFirst();
      Numbering numbering =
          query.mode() == Mode.LIVE
              ? new Numbering.Live(first.live().orElseThrow().liveOrdinal(), first.producerTimeNs())
              : listed(window);
      long endNs = shown(window, numbering).getLast().endNs();
      return Optional.of(new DashOrigin(first.run(), query.beganNs() - endNs, numbering));
    }
  }

  private static Numbering listed(SessionWindow window) {
    PlacedFragment last = PlacedFragment.inOrder(window.timeline(), window.listed()).getLast();
    return new Numbering.Listed(last.fragment().number(), last.number(), last.shiftNs());
  }

  private static List<PlacedFragment> shown(SessionWindow window, Numbering numbering) {
    return numbering
        .place(window.timeline(), window.listed())
        .subList(window.first(), window.end());
  }

  /**
   * The manifest as it is now.
   *
   * @throws NotFound when the session has nothing to show any more
   */
  public String manifest(StreamId stream, DashSession session, DashUris uris) {
    try (SessionWindow window = windows.open(stream, session.query())) {
      if (window.shown().isEmpty()) {
        throw nothing();
      }
      List<PlacedFragment> shown = shown(window, session.origin().numbering());
      return new ManifestWriter(session, run(stream, session.origin().run()), shown, uris)
          .write(window.ended(), TimeRange.nanos(clock.instant()));
    }
  }

  /**
   * The initialization segment of one track.
   *
   * @throws NotFound when it has no such track, or nothing with it is stored any more
   */
  public ByteSource init(StreamId stream, DashSession session, int trackIndex) {
    return segments.init(stream, session.origin().run(), trackIndex);
  }

  /**
   * A media segment.
   *
   * @throws NotFound when there is none of this number, or nothing of the track in it
   * @throws Conflict when its tracks are not those that the session began with
   */
  public ByteSource media(StreamId stream, DashSession session, long number, int trackIndex) {
    PlacedFragment placed = placed(stream, session, number);
    RunHeader begun = run(stream, session.origin().run());
    if (trackIndex < 0 || trackIndex >= begun.tracks().size()) {
      throw new NotFound(
          "no such track", "track", "a track of the session", "number " + (trackIndex + 1));
    }
    Track track = begun.tracks().get(trackIndex);
    if (!SessionTracks.same(track, placed.run())) {
      throw new Conflict(
          "tracks change within the session",
          "segment " + number,
          track.codec().rfc6381() + " as it began",
          "another configuration");
    }
    return segments.media(
        stream,
        placed.fragment().number(),
        (int) (number - placed.number()),
        trackIndex,
        placed.shiftTicks(track));
  }

  private PlacedFragment placed(StreamId stream, DashSession session, long number) {
    try (SessionWindow window = windows.open(stream, session.query())) {
      return session.origin().numbering().place(window.timeline(), window.listed()).stream()
          .filter(each ->
              each.number() > 0
                  && number >= each.number()
                  && number < each.number() + each.fragment().segmentCount())
          .findFirst()
          .orElseThrow(SessionManifests::nothing);
    }
  }

  private RunHeader run(StreamId stream, RunId run) {
    return archive.run(stream, run).orElseThrow(SessionManifests::nothing);
  }

  private static NotFound nothing() {
    return new NotFound("no media", "session", "recorded media", "none");
  }
}
