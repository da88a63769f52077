// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A media playlist as a client reads it (RFC 8216bis § 4.4). Immutable.
 *
 * @param entries in order, each with its absolute numbers
 * @param dateRanges by ID, with all attributes as they were written
 */
public record Playlist(
    long mediaSequence,
    long discontinuitySequence,
    long targetDuration,
    boolean ended,
    List<Entry> entries,
    Map<String, String> dateRanges) {

  /**
   * One media segment.
   *
   * @param discontinuity its discontinuity sequence number
   * @param map address of its init segment; empty before the first
   */
  public record Entry(
      long sequence,
      long discontinuity,
      String uri,
      String map,
      double seconds,
      Optional<Instant> time,
      boolean gap) {}

  /**
   * @throws AssertionError when a line is not understood: the server writes no others
   */
  public static Playlist parse(String text) {
    List<String> lines = text.lines().toList();
    if (!lines.getFirst().equals("#EXTM3U")) {
      throw new AssertionError("not a playlist: " + text);
    }
    long sequence = -1;
    long discontinuitySequence = -1;
    long target = -1;
    boolean ended = false;
    long discontinuity = 0;
    String map = "";
    double seconds = -1;
    Optional<Instant> time = Optional.empty();
    boolean gap = false;
    var entries = new ArrayList<Entry>();
    var dateRanges = new LinkedHashMap<String, String>();
    for (String line : lines.subList(1, lines.size())) {
      String value = line.substring(line.indexOf(':') + 1);
      if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
        sequence = Long.parseLong(value);
      } else if (line.startsWith("#EXT-X-DISCONTINUITY-SEQUENCE:")) {
        discontinuitySequence = Long.parseLong(value);
        discontinuity = discontinuitySequence;
      } else if (line.startsWith("#EXT-X-TARGETDURATION:")) {
        target = Long.parseLong(value);
      } else if (line.startsWith("#EXT-X-DATERANGE:ID=\"")) {
        String id = value.substring(4, value.indexOf('"', 4));
        if (dateRanges.put(id, value) != null) {
          throw new AssertionError("twice in one playlist: date range " + id);
        }
      } else if (line.equals("#EXT-X-DISCONTINUITY")) {
        discontinuity++;
      } else if (line.startsWith("#EXT-X-MAP:URI=\"")) {
        map = line.substring(16, line.length() - 1);
      } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
        time = Optional.of(Instant.parse(value));
      } else if (line.equals("#EXT-X-GAP")) {
        gap = true;
      } else if (line.startsWith("#EXTINF:")) {
        seconds = Double.parseDouble(value.substring(0, value.indexOf(',')));
      } else if (line.equals("#EXT-X-ENDLIST")) {
        ended = true;
      } else if (!line.startsWith("#")) {
        entries.add(
            new Entry(sequence + entries.size(), discontinuity, line, map, seconds, time, gap));
        time = Optional.empty();
        gap = false;
      } else if (!line.startsWith("#EXT-X-VERSION:")
          && !line.startsWith("#EXT-X-PLAYLIST-TYPE:")
          && !line.equals("#EXT-X-INDEPENDENT-SEGMENTS")) {
        throw new AssertionError("unknown line " + line);
      }
    }
    return new Playlist(
        sequence, discontinuitySequence, target, ended, List.copyOf(entries), dateRanges);
  }

  /** Addresses of the media playlists that a multivariant playlist names, in its order. */
  public static List<String> named(String multivariant) {
    var addresses = new ArrayList<String>();
    for (String line : multivariant.lines().toList()) {
      int uri = line.indexOf("URI=\"");
      if (!line.startsWith("#")) {
        addresses.add(line);
      } else if (uri >= 0) {
        addresses.add(line.substring(uri + 5, line.indexOf('"', uri + 5)));
      }
    }
    return addresses;
  }

  /** Addresses of init segments, in order of first use. */
  public List<String> maps() {
    return entries.stream().map(Entry::map).distinct().toList();
  }

  /** Entries that need an init segment. */
  public List<Entry> of(String map) {
    return entries.stream().filter(each -> each.map().equals(map)).toList();
  }

  /** Asserts what holds of every media playlist by itself. */
  public void assertSound() {
    Set<String> seen = new HashSet<>();
    for (Entry entry : entries) {
      if (!entry.gap() && !seen.add(entry.uri())) {
        throw new AssertionError("twice in one playlist: " + entry.uri());
      }
      if (Math.round(entry.seconds()) > targetDuration) {
        throw new AssertionError("longer than TARGETDURATION: " + entry);
      }
    }
    if (!dateRanges.isEmpty() && entries.stream().allMatch(each -> each.time().isEmpty())) {
      throw new AssertionError("date ranges without a PROGRAM-DATE-TIME");
    }
  }
}
