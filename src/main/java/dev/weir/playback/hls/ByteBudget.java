// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.Overloaded;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes may be held in memory for readers at a time. Thread-safe. */
final class ByteBudget {

  private final long most;
  private final AtomicLong held = new AtomicLong();

  ByteBudget(long most) {
    this.most = most;
  }

  /** Some of the budget, until it is closed. Confined to one thread at a time. */
  final class Share implements AutoCloseable {
    private long bytes;

    private Share(long bytes) {
      this.bytes = bytes;
    }

    /** Gives back what is not needed. */
    void shrinkTo(long needed) {
      held.addAndGet(needed - bytes);
      bytes = needed;
    }

    @Override
    public void close() {
      shrinkTo(0);
    }
  }

  /**
   * @throws Overloaded when so much is held that this would not fit
   */
  Share take(long bytes) {
    if (held.addAndGet(bytes) > most) {
      long others = held.addAndGet(-bytes);
      throw new Overloaded(
          "too much is being sent",
          "memory for segments",
          "at most " + most + " bytes",
          others + " and " + bytes + " bytes");
    }
    return new Share(bytes);
  }
}
