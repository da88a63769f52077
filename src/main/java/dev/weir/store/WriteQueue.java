// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What is to be done on one file: in order, by one writer thread at a time, in batches of all that
 * is queued and ready when a writer comes. Queueing is thread-safe.
 */
final class WriteQueue {

  private final Executor writers;
  private final Batches batches;
  private final Object lock = new Object();
  private final Queue<WriteTask> queue = new ArrayDeque<>();
  private boolean scheduled;

  /** Does batches; called by one thread at a time. */
  interface Batches {

    void commit(List<WriteTask> batch);

    /** The program itself has failed over a batch, out of memory perhaps. */
    void fail(List<WriteTask> batch, Throwable cause);
  }

  WriteQueue(Executor writers, Batches batches) {
    this.writers = writers;
    this.batches = batches;
  }

  void submit(WriteTask task) {
    synchronized (lock) {
      queue.add(task);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    schedule();
  }

  /** A store that is being closed takes no tasks: what is still queued is written here and now. */
  private void schedule() {
    try {
      writers.execute(this::drain);
    } catch (RejectedExecutionException e) {
      drain();
    }
  }

  /** Takes all that is queued and ready; runs on a writer thread. */
  private void drain() {
    var batch = new ArrayList<WriteTask>();
    synchronized (lock) {
      while (!queue.isEmpty() && queue.element().ready().isDone()) {
        batch.add(queue.remove());
      }
    }
    try {
      batches.commit(batch);
    } catch (RuntimeException | Error e) {
      batches.fail(batch, e);
    } finally {
      goOn();
    }
  }

  /** The rest of the queue is done in its turn, whatever became of this batch. */
  private void goOn() {
    CompletableFuture<?> next;
    synchronized (lock) {
      if (queue.isEmpty()) {
        scheduled = false;
        return;
      }
      next = queue.element().ready();
    }
    // Back of the line: another file's turn.
    var _ = next.whenComplete((ignored, never) -> schedule());
  }
}
