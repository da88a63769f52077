// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection: whatever it waits for now must come in time. A new wait takes the
 * place of the one before. Confined to the event loop.
 */
final class Deadline {

  private final EventExecutor loop;
  private @Nullable ScheduledFuture<?> pending;

  Deadline(EventExecutor loop) {
    this.loop = loop;
  }

  void within(long millis, Runnable otherwise) {
    met();
    pending = loop.schedule(otherwise, millis, TimeUnit.MILLISECONDS);
  }

  /** Nothing is waited for. */
  void met() {
    ScheduledFuture<?> waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
