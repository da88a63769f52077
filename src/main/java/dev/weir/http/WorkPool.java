// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.Overloaded;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bounded threads on which requests touch disk and SQL. Thread-safe. */
final class WorkPool implements AutoCloseable {

  private final ThreadPoolExecutor executor;
  private final int queued;

  /**
   * @param name of its threads, which get a number each
   * @param threads at work at once
   * @param queued tasks that may wait; one more is refused
   */
  WorkPool(String name, int threads, int queued) {
    this.queued = queued;
    var count = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              var thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins something new.
   *
   * @throws Overloaded when too much is waiting already
   */
  void execute(Runnable task) {
    if (executor.getQueue().size() >= queued) {
      throw new Overloaded("too many requests at once", "", "fewer than " + queued, "more waiting");
    }
    proceed(task);
  }

  /**
   * Goes on with what has begun: it waits its turn however much is waiting, since a body that has
   * begun could only be cut. Each connection has at most one such task.
   *
   * @throws Overloaded when the pool is closed
   */
  void proceed(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      throw new Overloaded("the server is stopping", "", "", "");
    }
  }

  /** Lets running tasks end; never interrupts them, since that would close the files they read. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
        executor.getQueue().clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
