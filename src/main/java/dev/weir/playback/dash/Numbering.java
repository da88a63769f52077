// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import java.util.List;

/**
 * Gives fragments their places in a session: a number and a time that stay whatever else comes or
 * goes. Immutable.
 */
public sealed interface Numbering {

  /**
   * Each fragment with its place.
   *
   * @param listed the session's fragments, in order
   */
  List<PlacedFragment> place(Timeline timeline, List<FragmentEntry> listed);

  /**
   * By the stream's live order, at producer time: a pause of the camera is a pause of the session.
   *
   * @param firstOrdinal the live ordinal that has number one
   * @param zeroNs producer time of the session's time zero, UTC nanoseconds
   */
  record Live(long firstOrdinal, long zeroNs) implements Numbering {

    @Override
    public List<PlacedFragment> place(Timeline timeline, List<FragmentEntry> listed) {
      return listed.stream()
          .map(each ->
              new PlacedFragment(
                  each,
                  timeline.run(each),
                  each.live().orElseThrow().liveOrdinal() - firstOrdinal + 1,
                  timeline.run(each).anchorProducerNs() - zeroNs))
          .toList();
    }
  }

  /**
   * By their order in the list, one beginning where the one before it ends. The list may lose its
   * first fragments to retention, so it is counted from the one that was its last.
   *
   * @param anchor the last fragment when the session was opened
   * @param number of its first segment
   * @param shiftNs how far it is from its media time
   */
  record Listed(FragmentNumber anchor, long number, long shiftNs) implements Numbering {

    @Override
    public List<PlacedFragment> place(Timeline timeline, List<FragmentEntry> listed) {
      return PlacedFragment.inOrder(timeline, listed, this);
    }
  }
}
