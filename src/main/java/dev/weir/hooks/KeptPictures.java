// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.playback.frame.Frame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last pictures of a series, for hooks that come one a little after the other. Thread-safe;
 * blocks on what the series reads.
 */
final class KeptPictures {

  private static final long KEPT_BYTES = 1 << 20;

  private final Supplier<Supplier<Optional<Frame>>> from;
  private Optional<Supplier<Optional<Frame>>> begun = Optional.empty();
  private final Deque<Frame> kept = new ArrayDeque<>();
  private int firstKept;
  private long keptBytes;
  private boolean ended;

  /**
   * @param from begins a series, always the same one, which gives a picture at a time and nothing
   *     after the last
   */
  KeptPictures(Supplier<Supplier<Optional<Frame>>> from) {
    this.from = from;
  }

  /** The picture with an index; empty after the last. */
  synchronized Optional<Frame> get(int index) {
    if (begun.isEmpty() || index < firstKept) {
      // Nobody has asked yet, it failed, or the picture was given away: from the beginning.
      begun = Optional.of(from.get());
      kept.clear();
      firstKept = 0;
      keptBytes = 0;
      ended = false;
    }
    while (index >= firstKept + kept.size() && !ended) {
      pull(begun.get());
    }
    return kept.stream().skip(index - firstKept).findFirst();
  }

  private void pull(Supplier<Optional<Frame>> series) {
    Optional<Frame> next;
    try {
      next = series.get();
    } catch (RuntimeException e) {
      // What it failed over it has left behind: who asks again wants that one, not the next.
      begun = Optional.empty();
      throw e;
    }
    if (next.isEmpty()) {
      ended = true;
      return;
    }
    kept.add(next.get());
    keptBytes += next.get().file().size();
    while (keptBytes > KEPT_BYTES && kept.size() > 1) {
      keptBytes -= kept.remove().file().size();
      firstKept++;
    }
  }
}
