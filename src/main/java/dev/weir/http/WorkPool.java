// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.Overloaded;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bounded threads on which requests touch disk and SQL. Thread-safe. */
final class WorkPool implements AutoCloseable {

  private final ThreadPoolExecutor executor;

  /**
   * @param name of its threads, which get a number each
   * @param threads at work at once
   * @param queued tasks that may wait; one more is refused
   */
  WorkPool(String name, int threads, int queued) {
    var count = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(queued),
            task -> {
              var thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @throws Overloaded when too much is waiting already
   */
  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      throw new Overloaded(
          "too many requests at once",
          "",
          "fewer than " + executor.getQueue().size() + " waiting",
          "more");
    }
  }

  int queued() {
    return executor.getQueue().size();
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
