// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Makes a signal that ends the program end the push as if its input had ended: what was sent is
 * completed and acknowledged first. Thread-safe; closed by the thread that pushes.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  private final Thread pushing = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "weir-push-stop");
  private volatile boolean asked;

  /** Watches for a signal while this thread pushes. */
  static Interruption watched() {
    var interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void interrupt() {
    asked = true;
    LockSupport.unpark(pushing);
    try {
      var _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the push is to end. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook has run or runs now, and ends by itself.
    }
  }
}
