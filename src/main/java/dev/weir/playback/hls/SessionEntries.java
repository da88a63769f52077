// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.SegmentCuts;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.playback.hls.HlsSession.Discontinuities;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The media segments of one track, or of all of them together, as a session's playlist lists them.
 * Confined to one thread.
 */
final class SessionEntries {

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Timeline timeline;
  private final HlsSession session;
  private final int trackIndex;
  private final SessionUris uris;
  private final Breaks breaks;
  private final StringBuilder text = new StringBuilder();
  private Optional<FragmentEntry> before = Optional.empty();
  private long longestNs;

  /**
   * @param trackIndex of no meaning where segments are of all tracks
   */
  SessionEntries(Timeline timeline, HlsSession session, int trackIndex, SessionUris uris) {
    this.timeline = timeline;
    this.session = session;
    this.trackIndex = trackIndex;
    this.uris = uris;
    this.breaks = new Breaks(timeline, session);
  }

  void add(FragmentEntry fragment) {
    RunHeader run = timeline.run(fragment);
    if (!session.isTransport() && trackIndex >= run.tracks().size()) {
      return;
    }
    Track track =
        session.isTransport()
            ? SegmentCuts.leadingTrack(fragment, run)
            : run.tracks().get(trackIndex);
    boolean always = session.discontinuities() == Discontinuities.ALWAYS;
    boolean newRun = before.isEmpty() || !before.get().run().equals(fragment.run());
    boolean broken = before.isPresent() && breaks.between(before.get(), fragment);
    before = Optional.of(fragment);
    List<List<PartEntry>> cuts = SegmentCuts.cut(fragment, run, track.index());
    for (int i = 0; i < cuts.size(); i++) {
      if (always || (broken && i == 0)) {
        text.append("#EXT-X-DISCONTINUITY\n");
      }
      if (newRun && i == 0 && !session.isTransport()) {
        text.append("#EXT-X-MAP:URI=\"").append(uris.init(run.run(), trackIndex)).append("\"\n");
      }
      if (session.query().dated() && i == 0) {
        text.append("#EXT-X-PROGRAM-DATE-TIME:")
            .append(DATE_TIME.format(TimeRange.instant(session.query().clock().startNs(fragment))))
            .append('\n');
      }
      entry(fragment, track, i, cuts.get(i));
    }
  }

  private void entry(FragmentEntry fragment, Track track, int segment, List<PartEntry> parts) {
    long ticks = parts.stream().mapToLong(PartEntry::durationTicks).sum();
    long ns =
        parts.isEmpty()
            ? fragment.durationNs() / fragment.segmentCount()
            : MediaTime.toNanos(ticks, track.timescale());
    longestNs = Math.max(longestNs, ns);
    if (parts.isEmpty()) {
      text.append("#EXT-X-GAP\n");
    }
    long ms = ns / MediaTime.NANOS_PER_MILLI;
    text.append(String.format(Locale.ROOT, "#EXTINF:%d.%03d,\n", ms / 1000, ms % 1000))
        .append(
            session.isTransport()
                ? uris.transport(fragment.number(), segment)
                : uris.media(fragment.number(), segment, trackIndex))
        .append('\n');
  }

  CharSequence text() {
    return text;
  }

  long longestSeconds() {
    return seconds(longestNs);
  }

  /** Rounded to nearest (RFC 8216bis § 4.4.3.1). */
  static long seconds(long ns) {
    return Math.max(1, (ns + MediaTime.NANOS_PER_SECOND / 2) / MediaTime.NANOS_PER_SECOND);
  }
}
