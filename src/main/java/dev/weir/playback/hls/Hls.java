// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.NotFound;
import dev.weir.model.RunHeader;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The playlists of a stream, live and past. Thread-safe; blocks on the archive. */
public final class Hls {

  /** A fragment may start this much before the end of the one before it, as clocks round. */
  private static final long OVERLAP_TOLERANCE_NS = 100_000_000;

  private final Archive archive;
  private final InstantSource clock;

  public Hls(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /**
   * The multivariant playlist.
   *
   * @param query carried along to the media playlists; empty, or beginning with a question mark
   * @throws NotFound when there is no media in the range
   */
  public String multivariant(StreamId stream, HlsQuery asked, String query) {
    try (Timeline timeline = timeline(stream, asked)) {
      RunHeader newest = timeline.run(timeline.fragments().getLast());
      return new MultivariantPlaylist(timeline, newest, query).write();
    }
  }

  /**
   * The media playlist of one rendition.
   *
   * @throws NotFound when there is no media in the range, or no run in it has such a track
   */
  public String media(StreamId stream, Rendition rendition, HlsQuery asked) {
    // Asked before the look at the media: a fragment that comes in between makes the answer late,
    // not wrong.
    boolean ended = !asked.isLive() && ended(stream, asked);
    try (Timeline timeline = timeline(stream, asked)) {
      List<FragmentEntry> fragments =
          asked.isLive() ? timeline.fragments() : withoutOverlap(timeline.fragments(), ended);
      if (fragments.stream().noneMatch(each -> rendition.track(timeline.run(each)).isPresent())) {
        throw new NotFound(
            "no such rendition", rendition.fileName(), "a track of this kind", "none in the range");
      }
      var segments = new ArrayList<PlaylistSegment>();
      fragments.forEach(each -> segments.addAll(PlaylistSegment.of(each, timeline, rendition)));
      if (!asked.isLive()) {
        var type = ended ? MediaPlaylist.Type.ENDED : MediaPlaylist.Type.GROWING;
        return MediaPlaylist.write(segments, List.of(), type, asked.targetDurationNs(), 0, 0);
      }
      LivePlace place = fragments.getFirst().live().orElseThrow();
      return MediaPlaylist.write(
          segments,
          timeline.gaps(),
          MediaPlaylist.Type.LIVE,
          asked.targetDurationNs(),
          place.liveOrdinal(),
          place.discontinuityOrdinal());
    }
  }

  private Timeline timeline(StreamId stream, HlsQuery asked) {
    Timeline timeline =
        asked.isLive()
            ? archive.liveEdge(stream, asked.windowNs())
            : archive.find(stream, asked.range(), asked.clock());
    if (timeline.fragments().isEmpty()) {
      timeline.close();
      throw new NotFound("no media", asked.isLive() ? "live" : "range", "recorded media", "none");
    }
    return timeline;
  }

  /**
   * A range ends when its end is recorded, or when nobody has been pushing for three target
   * durations.
   */
  private boolean ended(StreamId stream, HlsQuery asked) {
    StreamStatus status = archive.status(stream);
    if (asked.toNs().isPresent() && asked.toNs().get() <= status.lastProducerNs()) {
      return true;
    }
    long quietNs = TimeRange.nanos(clock.instant()) - status.lastPersistedServerNs();
    return status.openSessions() == 0 && quietNs > 3 * asked.targetDurationNs();
  }

  /**
   * Fragments one after another. Where two overlap, the one that starts first is kept. A list that
   * still grows takes only what came in live order: anything else might come before what was
   * already listed.
   */
  private static List<FragmentEntry> withoutOverlap(List<FragmentEntry> fragments, boolean ended) {
    var kept = new ArrayList<FragmentEntry>();
    long endNs = Long.MIN_VALUE;
    for (FragmentEntry fragment : fragments) {
      boolean follows =
          endNs == Long.MIN_VALUE || fragment.producerTimeNs() >= endNs - OVERLAP_TOLERANCE_NS;
      if (follows && (ended || fragment.live().isPresent())) {
        kept.add(fragment);
        endNs = fragment.producerEndNs();
      }
    }
    return kept;
  }
}
