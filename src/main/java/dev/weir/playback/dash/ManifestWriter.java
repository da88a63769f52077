// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.model.Codec;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;
import dev.weir.playback.dash.SegmentTimeline.Entry;
import dev.weir.playback.hls.MediaSegments;
import dev.weir.playback.session.SessionQuery.Mode;
import dev.weir.playback.session.SessionTracks;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a session's MPD (ISO/IEC 23009-1 § 5.3, live profile): one Period, an AdaptationSet a
 * track, segments by number, their times in a SegmentTimeline in ticks of the track. Confined to
 * one thread.
 */
final class ManifestWriter {

  private static final String POLLED = "PT1S";

  private final DashSession session;
  private final DashUris uris;
  private final Map<Track, SegmentTimeline> timelines = new LinkedHashMap<>();
  private final Xml xml = new Xml();

  ManifestWriter(DashSession session, RunHeader run, List<PlacedFragment> shown, DashUris uris) {
    this.session = session;
    this.uris = uris;
    SessionTracks.of(run).forEach(track -> timelines.put(track, SegmentTimeline.of(track, shown)));
  }

  /**
   * @param ended whether nothing more will be shown
   * @param nowNs UTC nanoseconds
   */
  String write(boolean ended, long nowNs) {
    boolean whole = session.query().mode() == Mode.ON_DEMAND;
    xml.begin("MPD")
        .with("xmlns", "urn:mpeg:dash:schema:mpd:2011")
        .with("xmlns:kvs", "urn:dev.weir:kvs:2017-09-30")
        .with("profiles", "urn:mpeg:dash:profile:isoff-live:2011")
        .with("type", whole ? "static" : "dynamic")
        .with("availabilityStartTime", dateTime(session.origin().availableFromNs()))
        .with("minBufferTime", Xml.duration(longestNs()))
        .with("maxSegmentDuration", Xml.duration(longestNs()));
    if (!whole) {
      xml.with("publishTime", dateTime(nowNs))
          .with("timeShiftBufferDepth", Xml.duration(endNs() - startNs()))
          .with("suggestedPresentationDelay", Xml.duration((endNs() - startNs()) / 2));
    }
    if (ended) {
      xml.with("mediaPresentationDuration", Xml.duration(endNs()));
    } else {
      xml.with("minimumUpdatePeriod", POLLED);
    }
    xml.begin("Period").with("id", "0").with("start", "PT0S");
    timelines.forEach(this::adaptationSet);
    xml.end();
    if (!whole) {
      xml.begin("UTCTiming")
          .with("schemeIdUri", "urn:mpeg:dash:utc:direct:2014")
          .with("value", dateTime(nowNs))
          .end();
    }
    return xml.end().toString();
  }

  private void adaptationSet(Track track, SegmentTimeline timeline) {
    xml.begin("AdaptationSet")
        .with("id", track.index() + 1L)
        .with("contentType", track.kind() == TrackKind.VIDEO ? "video" : "audio")
        .with("mimeType", track.kind() == TrackKind.VIDEO ? "video/mp4" : "audio/mp4")
        .with("segmentAlignment", "true");
    if (!track.language().equals("und")) {
      xml.with("lang", track.language());
    }
    template(track, timeline);
    xml.begin("Representation")
        .with("id", track.index() + 1L)
        .with("codecs", track.codec().rfc6381())
        .with("bandwidth", timeline.peakBitsPerSecond());
    switch (track.codec()) {
      case Codec.Avc avc -> picture(avc.video());
      case Codec.Hevc hevc -> picture(hevc.video());
      case Codec.Aac aac -> xml.with("audioSamplingRate", aac.audio().sampleRate());
      case Codec.Opus opus -> xml.with("audioSamplingRate", opus.audio().sampleRate());
    }
    xml.end().end();
  }

  private void picture(VideoFormat video) {
    xml.with("width", video.width()).with("height", video.height());
    if (video.frameRateNum() > 0) {
      xml.with("frameRate", video.frameRateNum() + "/" + video.frameRateDen());
    }
  }

  private void template(Track track, SegmentTimeline timeline) {
    xml.begin("SegmentTemplate")
        .with("timescale", track.timescale())
        .with("presentationTimeOffset", zero(track))
        .with("startNumber", timeline.entries().getFirst().number())
        .with("initialization", uris.init(track.index()))
        .with("media", uris.media("$Number$", track.index()))
        .begin("SegmentTimeline");
    for (Entry entry : timeline.entries()) {
      xml.begin("S").with("t", entry.time()).with("d", entry.duration());
      entry.fragment().ifPresent(this::told);
      xml.end();
    }
    xml.end().end();
  }

  private void told(FragmentEntry fragment) {
    if (session.query().dated()) {
      long ns = session.query().clock().startNs(fragment);
      xml.with("kvs:ts", Xml.seconds(Math.floorDiv(ns, MediaTime.NANOS_PER_MILLI)));
    }
    if (session.numbered()) {
      xml.with("kvs:fn", fragment.number().toString());
    }
  }

  private static long zero(Track track) {
    return MediaSegments.TIME_SHIFT_SECONDS * track.timescale();
  }

  private long longestNs() {
    long longest = 0;
    for (Map.Entry<Track, SegmentTimeline> each : timelines.entrySet()) {
      int timescale = each.getKey().timescale();
      longest = Math.max(longest, MediaTime.toNanos(each.getValue().longestTicks(), timescale));
    }
    return longest;
  }

  private long endNs() {
    long end = 0;
    for (Map.Entry<Track, SegmentTimeline> each : timelines.entrySet()) {
      long ticks = each.getValue().entries().getLast().end() - zero(each.getKey());
      end = Math.max(end, MediaTime.toNanos(ticks, each.getKey().timescale()));
    }
    return end;
  }

  private long startNs() {
    long start = Long.MAX_VALUE;
    for (Map.Entry<Track, SegmentTimeline> each : timelines.entrySet()) {
      long ticks = each.getValue().entries().getFirst().time() - zero(each.getKey());
      start = Math.min(start, MediaTime.toNanos(ticks, each.getKey().timescale()));
    }
    return start;
  }

  private static String dateTime(long ns) {
    return TimeRange.instant(ns).truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
