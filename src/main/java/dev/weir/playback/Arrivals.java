// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.archive.Subscription;
import dev.weir.model.StreamId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells one reader of a stream that there may be more to read, and misses nothing that comes
 * between its look and its wait. Thread-safe.
 */
public final class Arrivals implements AutoCloseable {

  private final AtomicLong arrived = new AtomicLong();
  private final AtomicLong seen = new AtomicLong();
  private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();
  private final Subscription subscription;

  public Arrivals(Archive archive, StreamId stream) {
    this.subscription = archive.subscribe(stream, fragment -> arrived());
  }

  /** The reader looks now: only what comes from here on is news. */
  public void look() {
    seen.set(arrived.get());
  }

  /**
   * @param action runs once, when something has come since the last look: at once, on this thread,
   *     or later on that of the arrival
   */
  public void await(Runnable action) {
    waiting.set(action);
    if (arrived.get() != seen.get()) {
      wake();
    }
  }

  /** Something else has happened that the reader is to look at. */
  public void arrived() {
    arrived.incrementAndGet();
    wake();
  }

  private void wake() {
    Runnable action = waiting.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void close() {
    subscription.close();
    waiting.set(null);
  }
}
