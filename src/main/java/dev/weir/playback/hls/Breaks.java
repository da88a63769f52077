// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.playback.hls.HlsSession.Discontinuities;
import java.util.List;

/** Where a session's fragments do not go on from one another. Immutable. */
record Breaks(Timeline timeline, HlsSession session) {

  /** By so much a fragment may begin before or after the end of the one before it. */
  private static final long GAP_NS = 50 * MediaTime.NANOS_PER_MILLI;

  boolean between(FragmentEntry before, FragmentEntry fragment) {
    Clock clock = session.query().clock();
    long stepNs = clock.startNs(fragment) - clock.endNs(before);
    boolean gap = session.discontinuities() == Discontinuities.AT_GAPS && Math.abs(stepNs) > GAP_NS;
    return gap || !isOneTimeline(before, fragment);
  }

  private boolean isOneTimeline(FragmentEntry before, FragmentEntry fragment) {
    if (before.run().equals(fragment.run())) {
      return true;
    }
    RunHeader earlier = timeline.run(before);
    RunHeader later = timeline.run(fragment);
    return earlier.anchorProducerNs() == later.anchorProducerNs()
        && earlier.tracks().equals(later.tracks())
        && before.producerTimeNs() < fragment.producerTimeNs();
  }

  /** How many there are among fragments that follow one another. */
  long count(List<FragmentEntry> fragments) {
    long sum = 0;
    for (int i = 1; i < fragments.size(); i++) {
      sum += between(fragments.get(i - 1), fragments.get(i)) ? 1 : 0;
    }
    return sum;
  }
}
