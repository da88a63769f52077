// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.session;

import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import java.util.List;

/**
 * How far a replay has come. Its list may lose its first fragments to retention, so time is counted
 * from the one that was its last when the session was opened. Immutable.
 *
 * @param fragment the last there was by then
 * @param startNs how long what was before it lasts
 * @param headNs how long what is shown at once lasts
 */
public record ReplayPace(FragmentNumber fragment, long startNs, long headNs) {

  static ReplayPace of(List<FragmentEntry> listed, int shownAtOnce) {
    return new ReplayPace(
        listed.getLast().number(),
        durationNs(listed.subList(0, listed.size() - 1)),
        durationNs(listed.subList(0, Math.min(listed.size(), shownAtOnce))));
  }

  /**
   * How many of the fragments have been shown by now: the oldest in any case, so that a replay
   * which retention has overtaken goes on with it.
   *
   * @param listed not empty
   * @param passedNs since the session was opened
   */
  int shown(List<FragmentEntry> listed, long passedNs) {
    long endNs = startNs - durationNs(before(listed));
    int count = 0;
    for (FragmentEntry each : listed) {
      endNs += each.durationNs();
      if (endNs > headNs + passedNs) {
        break;
      }
      count++;
    }
    return Math.max(1, count);
  }

  private List<FragmentEntry> before(List<FragmentEntry> listed) {
    for (int at = 0; at < listed.size(); at++) {
      if (listed.get(at).number().equals(fragment)) {
        return listed.subList(0, at);
      }
    }
    return List.of();
  }

  private static long durationNs(List<FragmentEntry> fragments) {
    return fragments.stream().mapToLong(FragmentEntry::durationNs).sum();
  }
}
