// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.Part;
import dev.weir.model.Track;
import java.util.List;

/**
 * What a {@link Fragmenter} makes. Called on its thread, in this order: a timeline; then fragments,
 * each begun, filled with at least one part, and ended.
 */
public interface FragmentSink {

  /** The container declared its tracks: the push is media that can be taken. May come again. */
  void header(List<Track> tracks);

  /**
   * A timeline begins: other tracks, or media time jumped.
   *
   * @param tracks at least one, {@code tracks.get(i).index() == i}
   * @param firstPresentationNs presentation time of its first sample, nanoseconds of media time
   */
  void timeline(List<Track> tracks, long firstPresentationNs);

  /**
   * A fragment begins.
   *
   * @param firstPresentationNs presentation time of its first sample, nanoseconds of media time
   */
  void fragmentBegins(long firstPresentationNs);

  /** A part of the open fragment is complete. */
  void part(Part part);

  /** The open fragment is complete. */
  void fragmentEnds();

  /** Something arrived that could not be kept; one line for people. */
  void dropped(String why);
}
