// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.List;

/**
 * What the hash chains prove of a range. Immutable.
 *
 * @param stretches in order of time: within each, every fragment is there as it was acknowledged,
 *     and none was changed, taken out or slipped in
 * @param breaks one line each: where that can't be said, and why; empty when all is proven
 */
public record Proof(List<Stretch> stretches, List<String> breaks) {

  public Proof {
    stretches = List.copyOf(stretches);
    breaks = List.copyOf(breaks);
  }

  /**
   * Fragments that follow each other in one run.
   *
   * @param range from the start of the first to the end of the last, producer time
   * @param head hash of the last: it stands for all before it
   * @param fromBeginning whether the chain begins with the first, or only the proof does
   */
  public record Stretch(
      RunId run,
      TimeRange range,
      FragmentNumber first,
      FragmentNumber last,
      int fragments,
      Bytes head,
      boolean fromBeginning) {}
}
