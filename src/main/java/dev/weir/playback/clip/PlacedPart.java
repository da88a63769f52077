// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Track;

/** A stored part with what it belongs to. Immutable. */
record PlacedPart(FragmentEntry fragment, RunHeader run, PartEntry part) {

  Track track() {
    return run.tracks().get(part.trackIndex());
  }

  /** Producer time of a time of its track. */
  long producerNs(long ticks) {
    return run.producerTimeNs(track(), ticks);
  }

  long firstPresentationNs() {
    return producerNs(part.firstPresentationTime());
  }

  /** The first tick that is not before a producer time. */
  long tickAtOrAfter(long producerNs) {
    long tick = MediaTime.toTicks(producerNs - run.anchorProducerNs(), track().timescale());
    while (producerNs(tick) < producerNs) {
      tick++;
    }
    while (producerNs(tick - 1) >= producerNs) {
      tick--;
    }
    return tick;
  }
}
