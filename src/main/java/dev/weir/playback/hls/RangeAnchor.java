// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.FragmentEntry;
import dev.weir.model.InvalidArgument;
import dev.weir.model.LivePlace;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a range held when its multivariant playlist was made. The addresses of the media playlists
 * carry it, so that their numbers keep their meaning (RFC 8216bis § 6.2.2) whatever comes or goes:
 * the list is what there was by then, without what has been deleted since, and after it what has
 * come at the live edge. Media that is filled in later would stand in the middle; it is listed for
 * those who ask anew. Immutable.
 *
 * @param settledCounter late fragments up to this counter were stored or given up
 * @param segments how many the list had
 * @param discontinuities how many EXT-X-DISCONTINUITY tags it had
 * @param liveOrdinal the first live ordinal that it had not
 * @param discontinuityOrdinal of its last live fragment
 */
record RangeAnchor(
    long settledCounter,
    long segments,
    long discontinuities,
    long liveOrdinal,
    long discontinuityOrdinal)
    implements MediaPlaylist.Numbering {

  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{1,18})\\.([0-9]{1,9})\\.([0-9]{1,9})\\.([0-9]{1,18})\\.([0-9]{1,18})");

  /**
   * The anchor of a list as it is.
   *
   * @param fragments of the list, in order
   * @param nextLiveOrdinal what the next live fragment of the stream will have
   */
  static RangeAnchor of(long settledCounter, List<FragmentEntry> fragments, long nextLiveOrdinal) {
    Optional<FragmentEntry> last =
        fragments.stream()
            .filter(each -> each.live().isPresent())
            .reduce((earlier, later) -> later);
    return new RangeAnchor(
        settledCounter,
        segments(fragments),
        discontinuities(fragments),
        last.map(each -> place(each).liveOrdinal() + each.segmentCount()).orElse(nextLiveOrdinal),
        last.map(each -> place(each).discontinuityOrdinal()).orElse(0L));
  }

  /**
   * @throws InvalidArgument when it is none
   */
  static RangeAnchor parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidArgument(
          "invalid anchor", HlsQuery.ANCHOR, "as a multivariant playlist says it", text);
    }
    return new RangeAnchor(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        Long.parseLong(matcher.group(3)),
        Long.parseLong(matcher.group(4)),
        Long.parseLong(matcher.group(5)));
  }

  /** Whether a fragment that is no replacement of earlier media may be in a list that may grow. */
  static boolean admits(FragmentEntry fragment, long settledCounter) {
    return fragment.live().isPresent() || fragment.number().counter() <= settledCounter;
  }

  private boolean wasThere(FragmentEntry fragment) {
    return fragment
        .live()
        .map(place -> place.liveOrdinal() < liveOrdinal)
        .orElse(fragment.number().counter() <= settledCounter);
  }

  /** EXT-X-MEDIA-SEQUENCE of what is left of the list. */
  long mediaSequence(List<FragmentEntry> fragments) {
    List<FragmentEntry> left = fragments.stream().filter(this::wasThere).toList();
    return left.isEmpty() ? since(fragments.getFirst()) : Math.max(0, segments - segments(left));
  }

  /** EXT-X-DISCONTINUITY-SEQUENCE of what is left of the list. */
  long discontinuitySequence(List<FragmentEntry> fragments) {
    List<FragmentEntry> left = fragments.stream().filter(this::wasThere).toList();
    if (!left.isEmpty()) {
      return Math.max(0, discontinuities - discontinuities(left));
    }
    long since = place(fragments.getFirst()).discontinuityOrdinal() - discontinuityOrdinal;
    return discontinuities + Math.max(0, since);
  }

  /**
   * The media sequence number of a segment: what came since keeps the distances of the live order,
   * in which lost media has its place.
   */
  @Override
  public long number(PlaylistSegment segment, long running) {
    return wasThere(segment.fragment()) ? running : since(segment.fragment()) + segment.index();
  }

  @Override
  public long liveOrdinal(long number) {
    return liveOrdinal + number - segments;
  }

  private long since(FragmentEntry fragment) {
    return segments + Math.max(0, place(fragment).liveOrdinal() - liveOrdinal);
  }

  private static LivePlace place(FragmentEntry fragment) {
    return fragment.live().orElseThrow();
  }

  private static long segments(List<FragmentEntry> fragments) {
    return fragments.stream().mapToLong(FragmentEntry::segmentCount).sum();
  }

  private static long discontinuities(List<FragmentEntry> fragments) {
    long sum = 0;
    for (int i = 1; i < fragments.size(); i++) {
      sum += fragments.get(i).run().equals(fragments.get(i - 1).run()) ? 0 : 1;
    }
    return sum;
  }

  @Override
  public String toString() {
    return settledCounter
        + "."
        + segments
        + "."
        + discontinuities
        + "."
        + liveOrdinal
        + "."
        + discontinuityOrdinal;
  }
}
