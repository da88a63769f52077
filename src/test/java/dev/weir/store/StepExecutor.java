// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Writers that write when a test says so: what is queued between two {@link #run} calls becomes one
 * group. Confined to one thread.
 */
public final class StepExecutor extends AbstractExecutorService {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean direct;

  public void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** From now on tasks run as they come. */
  public void direct() {
    run();
    direct = true;
  }

  public void whileDirect(Runnable action) {
    direct();
    action.run();
    direct = false;
  }

  @Override
  public void execute(Runnable task) {
    if (direct) {
      task.run();
    } else {
      tasks.add(task);
    }
  }

  @Override
  public void shutdown() {
    run();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return true;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
