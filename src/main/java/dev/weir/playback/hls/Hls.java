// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The playlists of a stream, live and past. Thread-safe; blocks on the archive. */
public final class Hls {

  /** A fragment may start this much before the end of the one before it, as clocks round. */
  private static final long OVERLAP_TOLERANCE_NS = 100_000_000;

  /** The anchor of a range that held media in live order alone. */
  private static final String LIVE = "live";

  private static final long NOTHING_LATE = -1;

  private final Archive archive;
  private final DateRange.Source dateRanges;
  private final InstantSource clock;

  /**
   * @param dateRanges what the playlists say beside the media
   */
  public Hls(Archive archive, DateRange.Source dateRanges, InstantSource clock) {
    this.archive = archive;
    this.dateRanges = dateRanges;
    this.clock = clock;
  }

  /**
   * The multivariant playlist.
   *
   * @param query of the request, carried along to the media playlists
   * @throws NotFound when there is no media in the range
   */
  public String multivariant(StreamId stream, HlsQuery asked, String query) {
    long settled = archive.settledCounter(stream);
    try (Timeline timeline = timeline(stream, asked)) {
      String carried = query;
      if (!asked.isLive()) {
        List<FragmentEntry> fragments = listed(timeline, asked.clock(), settled);
        String anchor =
            isLiveOrder(fragments) ? LIVE : anchor(stream, settled, fragments).toString();
        carried = (query.isEmpty() ? "" : query + "&") + HlsQuery.ANCHOR + "=" + anchor;
      }
      return new MultivariantPlaylist(timeline, carried.isEmpty() ? "" : "?" + carried).write();
    }
  }

  /**
   * The media playlist of one rendition.
   *
   * @throws NotFound when there is no media in the range, or no run in it has such a track
   */
  public String media(StreamId stream, Rendition rendition, HlsQuery asked) {
    return asked.isLive() ? live(stream, rendition, asked) : range(stream, rendition, asked);
  }

  private String live(StreamId stream, Rendition rendition, HlsQuery asked) {
    try (Timeline timeline = timeline(stream, asked)) {
      return byLiveOrder(
          stream, timeline, timeline.fragments(), rendition, MediaPlaylist.Type.LIVE, asked);
    }
  }

  /** Live ordinals are stored with the fragments: whatever goes, numbers stay. */
  private String byLiveOrder(
      StreamId stream,
      Timeline timeline,
      List<FragmentEntry> fragments,
      Rendition rendition,
      MediaPlaylist.Type type,
      HlsQuery asked) {
    LivePlace place = fragments.getFirst().live().orElseThrow();
    return new MediaPlaylist(type, timeline.gaps(), MediaPlaylist.Numbering.LIVE)
        .write(
            segments(fragments, timeline, rendition),
            asked.targetDurationNs(),
            place.liveOrdinal(),
            place.discontinuityOrdinal(),
            dateRanges.in(stream, listedTime(fragments)));
  }

  /** Producer time from the first instant to the last. */
  private static TimeRange listedTime(List<FragmentEntry> fragments) {
    return new TimeRange(
        fragments.stream().mapToLong(FragmentEntry::producerTimeNs).min().orElseThrow(),
        fragments.stream().mapToLong(FragmentEntry::producerEndNs).max().orElseThrow());
  }

  private static boolean isLiveOrder(List<FragmentEntry> fragments) {
    return fragments.stream().allMatch(each -> each.live().isPresent());
  }

  private String range(StreamId stream, Rendition rendition, HlsQuery asked) {
    // Asked before the look at the media: a fragment that comes in between makes the answer late,
    // not wrong.
    MediaPlaylist.Type type = type(stream, asked);
    boolean liveAlone = asked.anchor().filter(LIVE::equals).isPresent();
    Optional<RangeAnchor> told = asked.anchor().filter(each -> !liveAlone).map(RangeAnchor::parse);
    long settled =
        liveAlone
            ? NOTHING_LATE
            : told.map(RangeAnchor::settledCounter).orElse(archive.settledCounter(stream));
    try (Timeline timeline = timeline(stream, asked)) {
      List<FragmentEntry> fragments = listed(timeline, asked.clock(), settled);
      if (liveAlone || (told.isEmpty() && isLiveOrder(fragments))) {
        return byLiveOrder(stream, timeline, fragments, rendition, type, asked);
      }
      // Without an anchor the list is told as it is now.
      RangeAnchor anchor = told.orElseGet(() -> anchor(stream, settled, fragments));
      return new MediaPlaylist(type, timeline.gaps(), anchor)
          .write(
              segments(fragments, timeline, rendition),
              asked.targetDurationNs(),
              anchor.mediaSequence(fragments),
              anchor.discontinuitySequence(fragments),
              dateRanges.in(stream, listedTime(fragments)));
    }
  }

  private RangeAnchor anchor(StreamId stream, long settled, List<FragmentEntry> fragments) {
    return RangeAnchor.of(settled, fragments, archive.status(stream).nextLiveOrdinal());
  }

  private static List<PlaylistSegment> segments(
      List<FragmentEntry> fragments, Timeline timeline, Rendition rendition) {
    if (fragments.stream().noneMatch(each -> rendition.track(timeline.run(each)).isPresent())) {
      throw new NotFound(
          "no such rendition", rendition.fileName(), "a track of this kind", "none in the range");
    }
    var segments = new ArrayList<PlaylistSegment>();
    fragments.forEach(each -> segments.addAll(PlaylistSegment.of(each, timeline, rendition)));
    return segments;
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
   * durations; in that case somebody may push again.
   */
  private MediaPlaylist.Type type(StreamId stream, HlsQuery asked) {
    StreamStatus status = archive.status(stream);
    if (asked.toNs().isPresent() && asked.toNs().get() <= status.lastProducerNs()) {
      return MediaPlaylist.Type.WHOLE;
    }
    long quietNs = TimeRange.nanos(clock.instant()) - status.lastPersistedServerNs();
    return status.openSessions() == 0 && quietNs > 3 * asked.targetDurationNs()
        ? MediaPlaylist.Type.ENDED
        : MediaPlaylist.Type.GROWING;
  }

  /**
   * Fragments one after another. Where two overlap, the one that starts first is kept; in the order
   * in which they came none does.
   */
  private static List<FragmentEntry> listed(Timeline timeline, Clock by, long settledCounter) {
    var kept = new ArrayList<FragmentEntry>();
    long endNs = Long.MIN_VALUE;
    for (FragmentEntry fragment : timeline.fragments()) {
      boolean follows =
          by == Clock.SERVER
              || endNs == Long.MIN_VALUE
              || fragment.producerTimeNs() >= endNs - OVERLAP_TOLERANCE_NS;
      if (follows && RangeAnchor.admits(fragment, settledCounter)) {
        kept.add(fragment);
        endNs = fragment.producerEndNs();
      }
    }
    if (kept.isEmpty()) {
      throw new NotFound("no media", "range", "recorded media", "none");
    }
    return kept;
  }
}
