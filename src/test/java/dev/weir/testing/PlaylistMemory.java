// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

/**
 * What a client has been told by one media playlist over time: no number is ever given to another
 * segment, and none comes back (RFC 8216bis § 6.2.2). Confined to one thread.
 */
public final class PlaylistMemory {

  private final Map<Long, Playlist.Entry> entries = new HashMap<>();
  private final Map<String, String> dateRanges = new HashMap<>();
  private long mediaSequence;
  private long discontinuitySequence;
  private int looks;

  /** Holds a playlist against all before it. */
  public void look(Playlist playlist) {
    playlist.assertSound();
    looks++;
    assertThat(playlist.mediaSequence()).isGreaterThanOrEqualTo(mediaSequence);
    assertThat(playlist.discontinuitySequence()).isGreaterThanOrEqualTo(discontinuitySequence);
    mediaSequence = playlist.mediaSequence();
    discontinuitySequence = playlist.discontinuitySequence();
    for (Playlist.Entry entry : playlist.entries()) {
      Playlist.Entry known = entries.putIfAbsent(entry.sequence(), entry);
      assertThat(entry).isEqualTo(known == null ? entry : known);
    }
    playlist
        .dateRanges()
        .forEach((id, attributes) -> {
          String known = dateRanges.putIfAbsent(id, attributes);
          assertThat(attributes).isEqualTo(known == null ? attributes : known);
        });
  }

  /** How many date ranges it was told of. */
  public int dateRanges() {
    return dateRanges.size();
  }

  public int looks() {
    return looks;
  }

  /** How many segments it was told of. */
  public int segments() {
    return entries.size();
  }

  /** The greatest discontinuity sequence number it was told. */
  public long discontinuities() {
    return entries.values().stream()
        .mapToLong(Playlist.Entry::discontinuity)
        .max()
        .orElse(discontinuitySequence);
  }
}
