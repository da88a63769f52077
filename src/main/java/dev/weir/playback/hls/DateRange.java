// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that is known of a time beside its media, as a playlist says it: EXT-X-DATERANGE (RFC
 * 8216bis § 4.4.5.1). Immutable.
 *
 * @param id the same in every playlist, and of no other
 * @param type what kind of thing it is
 * @param fields names of any letters, and what they hold
 */
public record DateRange(
    String id, String type, long timeNs, long durationNs, Map<String, String> fields) {

  private static final int LONGEST_VALUE = 256;

  /** Reverse DNS, as the section wants it: no type or field is taken for what others define. */
  private static final String CLASS = "dev.weir.";

  private static final String ATTRIBUTE = "X-DEV-WEIR-";

  public DateRange {
    fields = Map.copyOf(fields);
  }

  /** Where the date ranges of a stream come from; may block on a disk. */
  public interface Source {

    /** None. */
    Source NONE = (stream, range) -> List.of();

    /** Those that meet a range of producer time, in order of time. */
    List<DateRange> in(StreamId stream, TimeRange range);
  }

  /** The tag, a line. A moment has the duration 0. */
  String tag() {
    var line = new StringBuilder("#EXT-X-DATERANGE:ID=\"");
    line.append(id).append("\",CLASS=\"").append(CLASS).append(type);
    line.append("\",START-DATE=\"").append(MediaPlaylist.dateTime(timeNs));
    line.append("\",DURATION=").append(MediaPlaylist.decimalSeconds(durationNs));
    var attributes = new TreeMap<String, String>();
    // Sorted, so that of two fields whose names become one the same is said each time.
    new TreeMap<>(fields)
        .forEach((name, value) ->
            attributes.putIfAbsent(
                name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9-]", "-"), quotable(value)));
    attributes.forEach((name, value) ->
        line.append(',').append(ATTRIBUTE).append(name).append("=\"").append(value).append('"'));
    return line.append('\n').toString();
  }

  /** What a quoted-string may not hold (§ 4.2) is left out. */
  private static String quotable(String value) {
    String plain = value.replaceAll("[\\p{Cntrl}\"]", "");
    int end = Math.min(plain.length(), LONGEST_VALUE);
    boolean splits =
        end > 0 && end < plain.length() && Character.isHighSurrogate(plain.charAt(end - 1));
    return plain.substring(0, splits ? end - 1 : end);
  }
}
