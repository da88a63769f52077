// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What was tried lately of one hook, and how long to wait before the next try. Thread-safe. */
final class Attempts {

  private static final int REMEMBERED = 100;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 12;

  /**
   * One try. Immutable.
   *
   * @param outcome a status, or why there was none
   */
  record Attempt(
      String time, String stream, long sequence, String event, int attempt, String outcome) {}

  private final Deque<Attempt> last = new ArrayDeque<>();

  synchronized void add(Attempt attempt) {
    last.addFirst(attempt);
    if (last.size() > REMEMBERED) {
      last.removeLast();
    }
  }

  /** The newest first. */
  synchronized List<Attempt> list() {
    return new ArrayList<>(last);
  }

  /** Doubles from try to try; of that, half to all, so that receivers are not hit all at once. */
  static Duration waitAfter(int attempt) {
    long longest =
        Math.min(
            LONGEST_WAIT.toMillis(),
            FIRST_WAIT.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
  }

  /** Whether trying again may help: the receiver did not refuse for good. */
  static boolean mayPass(int status) {
    return status >= 500 || status == 408 || status == 425 || status == 429 || status < 400;
  }
}
