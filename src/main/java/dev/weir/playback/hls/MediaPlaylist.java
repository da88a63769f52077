// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.LivePlace;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.TimeRange;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes a media playlist (RFC 8216bis § 4.4). A discontinuity stands where the run changes, and
 * with it the EXT-X-MAP of the new run; PROGRAM-DATE-TIME at every fragment's first segment.
 * Confined to one thread.
 */
final class MediaPlaylist {

  /**
   * GAP and MAP need 6 by the text; an older validator wants 8 for GAP, and all playlists of a
   * stream must agree.
   */
  static final int VERSION = 8;

  /** A day of segments of two seconds. */
  private static final long MOST_LOST = 43_200;

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Which kind of list it is: it says what may change. */
  enum Type {
    /** New segments come, the oldest go. */
    LIVE,
    /** A range that new segments come to; what retention deletes goes, so it is no EVENT. */
    GROWING,
    /** A range to which nothing came for a while. */
    ENDED,
    /** A range whose end is recorded. */
    WHOLE
  }

  /** Gives segments their numbers. */
  interface Numbering {
    /**
     * @param running one more than the number before it
     */
    long number(PlaylistSegment segment, long running);

    /** The live ordinal of a segment that has a number and is not there. */
    long liveOrdinal(long number);

    /** How many discontinuities lie between two fragments that follow one another in the list. */
    default long discontinuities(FragmentEntry before, FragmentEntry after) {
      return before.run().equals(after.run()) ? 0 : 1;
    }

    /** The numbers are the live ordinals. */
    Numbering LIVE =
        new Numbering() {
          @Override
          public long number(PlaylistSegment segment, long running) {
            return segment
                .fragment()
                .live()
                .map(place -> place.liveOrdinal() + segment.index())
                .orElse(running);
          }

          @Override
          public long liveOrdinal(long number) {
            return number;
          }

          // More than one where all of a run between them is gone.
          @Override
          public long discontinuities(FragmentEntry before, FragmentEntry after) {
            long seen = Numbering.super.discontinuities(before, after);
            long stored = discontinuityOrdinal(after) - discontinuityOrdinal(before);
            return Math.max(seen, stored);
          }

          private long discontinuityOrdinal(FragmentEntry fragment) {
            return fragment.live().map(LivePlace::discontinuityOrdinal).orElse(0L);
          }
        };
  }

  private final StringBuilder text = new StringBuilder();
  private final Type type;
  private final List<Gap> lost;
  private final Numbering numbering;
  private Optional<FragmentEntry> previous = Optional.empty();
  private boolean mapDue;

  /**
   * @param lost media that was lost after its place in the live order was given
   */
  MediaPlaylist(Type type, List<Gap> lost, Numbering numbering) {
    this.type = type;
    this.lost = lost;
    this.numbering = numbering;
  }

  String write(
      List<PlaylistSegment> segments,
      long targetDurationNs,
      long mediaSequence,
      long discontinuitySequence,
      List<DateRange> dateRanges) {
    long longestNs = segments.stream().mapToLong(PlaylistSegment::durationNs).max().orElse(0);
    text.append("#EXTM3U\n#EXT-X-VERSION:").append(VERSION).append('\n');
    text.append("#EXT-X-TARGETDURATION:")
        .append(Math.max(seconds(targetDurationNs), seconds(longestNs)))
        .append('\n');
    text.append("#EXT-X-MEDIA-SEQUENCE:").append(mediaSequence).append('\n');
    text.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(discontinuitySequence).append('\n');
    if (type == Type.WHOLE) {
      text.append("#EXT-X-PLAYLIST-TYPE:VOD\n");
    }
    dateRanges.forEach(each -> text.append(each.tag()));
    long running = mediaSequence;
    for (PlaylistSegment segment : segments) {
      running = lostBefore(numbering.number(segment, running), running);
      segment(segment);
      running++;
    }
    if (type == Type.ENDED || type == Type.WHOLE) {
      text.append("#EXT-X-ENDLIST\n");
    }
    return text.toString();
  }

  /**
   * Lost media keeps its place (§ 4.4.4.7).
   *
   * @throws NotFound when a list of so much that is lost would be of no use: what it was told for
   *     is gone, and the client asks anew
   */
  private long lostBefore(long number, long running) {
    if (number - running > MOST_LOST) {
      throw new NotFound(
          "the range has changed too much",
          HlsQuery.ANCHOR,
          "at most " + MOST_LOST + " segments lost one after another",
          Long.toString(number - running));
    }
    for (long place = running; place < number; place++) {
      text.append("#EXT-X-GAP\n");
      entry(lostNs(place, number - running), "gap/" + place + ".m4s");
    }
    return number;
  }

  private long lostNs(long place, long missing) {
    long ordinal = numbering.liveOrdinal(place);
    return lost.stream()
        .filter(gap -> gap.live().isPresent() && gap.live().get().liveOrdinal() == ordinal)
        .mapToLong(gap -> (gap.toNs() - gap.fromNs()) / missing)
        .findFirst()
        .orElse(MediaTime.NANOS_PER_SECOND);
  }

  private void segment(PlaylistSegment segment) {
    long discontinuities =
        previous.map(before -> numbering.discontinuities(before, segment.fragment())).orElse(0L);
    boolean anew = previous.isEmpty() || discontinuities > 0;
    text.repeat("#EXT-X-DISCONTINUITY\n", (int) Math.min(discontinuities, MOST_LOST));
    previous = Optional.of(segment.fragment());
    mapDue |= anew;
    if (mapDue && segment.track().isPresent()) {
      mapDue = false;
      text.append("#EXT-X-MAP:URI=\"init/")
          .append(segment.run().run())
          .append('-')
          .append(segment.track().get().index());
      text.append(".mp4\"\n");
    }
    if (anew || segment.index() == 0) {
      text.append("#EXT-X-PROGRAM-DATE-TIME:")
          .append(dateTime(segment.startProducerNs()))
          .append('\n');
    }
    if (segment.isGap()) {
      text.append("#EXT-X-GAP\n");
    }
    String track = segment.track().map(each -> Integer.toString(each.index())).orElse("none");
    entry(
        segment.durationNs(),
        "seg/" + segment.fragment().number() + "-" + segment.index() + "-" + track + ".m4s");
  }

  private void entry(long durationNs, String uri) {
    text.append("#EXTINF:").append(decimalSeconds(durationNs)).append(",\n");
    text.append(uri).append('\n');
  }

  static String dateTime(long producerNs) {
    return DATE_TIME.format(TimeRange.instant(producerNs));
  }

  static String decimalSeconds(long ns) {
    return String.format(
        Locale.ROOT,
        "%d.%06d",
        ns / MediaTime.NANOS_PER_SECOND,
        ns % MediaTime.NANOS_PER_SECOND / 1000);
  }

  /** Rounded to nearest (§ 4.4.3.1). */
  private static long seconds(long ns) {
    return Math.max(1, (ns + MediaTime.NANOS_PER_SECOND / 2) / MediaTime.NANOS_PER_SECOND);
  }
}
