// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Overloaded;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * At most so many worker processes of all kinds together, started when first needed and kept.
 * Thread-safe; {@link #borrow} blocks, for a bounded time.
 */
final class WorkerPool implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Semaphore permits;
  private final Duration patience;
  private final ScheduledExecutorService clock;
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Set<Worker> all = new HashSet<>();
  private boolean closed;

  WorkerPool(int workers, Duration patience) {
    this.permits = new Semaphore(workers, true);
    this.patience = patience;
    var timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("decode-deadline").factory());
    timer.setRemoveOnCancelPolicy(true);
    this.clock = timer;
  }

  /**
   * A worker for the caller alone, until {@link #giveBack}.
   *
   * @param fresh demands one that is started now: one that was idle may have been killed meanwhile
   * @throws Overloaded when none becomes free in time
   */
  Worker borrow(DecoderKind kind, List<String> command, boolean fresh)
      throws Worker.Gone, Worker.Unusable {
    try {
      if (!permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy("all decoders busy");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy("interrupted while waiting for a decoder");
    }
    Worker worker = null;
    try {
      worker = fresh ? null : idleOf(kind);
      if (worker == null) {
        makeRoom();
        worker = started(kind, command);
        worker.greet();
      }
      Worker ready = worker;
      worker = null;
      return ready;
    } catch (Worker.Gone | Worker.Unusable | RuntimeException e) {
      if (worker != null) {
        worker.kill();
        forget(worker);
      }
      permits.release();
      throw e;
    }
  }

  /** The worker is free again, or dead. */
  void giveBack(Worker worker) {
    synchronized (this) {
      if (worker.alive() && !closed) {
        idle.push(worker);
      } else {
        all.remove(worker);
      }
    }
    permits.release();
  }

  /** An idle worker of the kind. */
  private synchronized @Nullable Worker idleOf(DecoderKind kind) {
    idle.removeIf(worker -> !worker.alive() && all.remove(worker));
    for (Worker worker : idle) {
      if (worker.kind() == kind) {
        idle.remove(worker);
        return worker;
      }
    }
    return null;
  }

  /** The longest idle worker makes room for a new one. */
  private synchronized void makeRoom() {
    Worker other = idle.pollLast();
    if (other != null) {
      other.kill();
      all.remove(other);
    }
  }

  private synchronized Worker started(DecoderKind kind, List<String> command) throws Worker.Gone {
    if (closed) {
      throw busy("decoders are shut down");
    }
    Worker worker = Worker.start(kind, command, clock);
    all.add(worker);
    return worker;
  }

  private synchronized void forget(Worker worker) {
    all.remove(worker);
  }

  /** Processes now alive. */
  synchronized List<Long> processes() {
    return all.stream().filter(Worker::alive).map(Worker::pid).toList();
  }

  private static Overloaded busy(String what) {
    return new Overloaded(what, "decoder", "a free worker process", "none");
  }

  /** Ends all workers, those at work too; returns when their processes are no more. */
  @Override
  public void close() {
    Set<Worker> ending;
    synchronized (this) {
      closed = true;
      ending = Set.copyOf(all);
      idle.clear();
      all.clear();
    }
    ending.forEach(Worker::kill);
    clock.shutdownNow();
    try {
      for (Worker worker : ending) {
        worker.awaitEnd(END_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
