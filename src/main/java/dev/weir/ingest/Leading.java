// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.model.MediaTime;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.Track;

/**
 * Where a fragment's leading track begins, which is where the archive says that the fragment does:
 * the main track, or the first that came when nothing of that did. Confined to its session.
 */
final class Leading {

  private int track;
  private long firstNs;

  void reset() {
    track = -1;
  }

  void part(RunHeader run, Part part) {
    int main = run.mainTrack().index();
    if (track >= 0 && part.trackIndex() != track && part.trackIndex() != main) {
      return;
    }
    long first = Long.MAX_VALUE;
    for (Sample sample : part.samples()) {
      first = Math.min(first, sample.presentationTime());
    }
    Track of = run.tracks().get(part.trackIndex());
    long partNs = MediaTime.toNanos(first, of.timescale());
    firstNs = part.trackIndex() == track ? Math.min(firstNs, partNs) : partNs;
    track = part.trackIndex();
  }

  /** Nanoseconds of media time. */
  long firstNs() {
    return firstNs;
  }
}
