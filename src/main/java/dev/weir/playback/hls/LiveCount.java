// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.FragmentEntry;
import dev.weir.model.LivePlace;
import dev.weir.playback.session.SessionWindow;
import java.util.List;

/**
 * A fragment of a live session up to which its discontinuities are counted. Segments have the
 * numbers of the stream's live order; that order tells any two connections apart, a session only
 * where one does not go on from the other. Immutable.
 *
 * @param place in the live order
 * @param producerNs when it begins, UTC nanoseconds
 * @param discontinuities up to it
 */
public record LiveCount(LivePlace place, long producerNs, long discontinuities)
    implements Counting {

  /** Of a session that begins with what is shown. */
  static LiveCount ofFirst(SessionWindow window) {
    FragmentEntry first = window.shown().getFirst();
    return of(first, place(first).discontinuityOrdinal());
  }

  private static LiveCount of(FragmentEntry fragment, long discontinuities) {
    return new LiveCount(place(fragment), fragment.producerTimeNs(), discontinuities);
  }

  /** The same session, counted up to the first segment that is shown. */
  LiveCount moved(SessionWindow window, Breaks breaks) {
    return of(window.shown().getFirst(), discontinuitySequence(window, breaks));
  }

  @Override
  public long mediaSequence(SessionWindow window) {
    return place(window.shown().getFirst()).liveOrdinal();
  }

  @Override
  public long discontinuitySequence(SessionWindow window, Breaks breaks) {
    List<FragmentEntry> listed = window.listed();
    int first = window.first();
    int at = index(listed);
    if (first < at) {
      return discontinuities - breaks.count(listed.subList(first, at + 1));
    }
    // Of what is gone nobody can tell any more which connections went on from one another.
    long gone = place(listed.get(at)).discontinuityOrdinal() - place.discontinuityOrdinal();
    boolean there = place(listed.get(at)).equals(place);
    return discontinuities + (there ? 0 : gone) + breaks.count(listed.subList(at, first + 1));
  }

  /** Of the fragment, or of the first after it that is left. */
  private int index(List<FragmentEntry> listed) {
    int at = 0;
    while (at < listed.size() - 1 && place(listed.get(at)).liveOrdinal() < place.liveOrdinal()) {
      at++;
    }
    return at;
  }

  private static LivePlace place(FragmentEntry fragment) {
    return fragment.live().orElseThrow();
  }
}
