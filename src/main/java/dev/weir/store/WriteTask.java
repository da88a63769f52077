// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One thing to do on a file. Whether it must be forced, and what then happens. */
interface WriteTask {

  CompletableFuture<?> NOW = CompletableFuture.completedFuture(null);

  /** Makes its records; gives what to do once everything is forced, or nothing. */
  @Nullable Runnable write() throws IOException;

  /** It is not on disk, and never will be; at most once, and not after what {@code write} gave. */
  void fail(StorageFailure cause);

  /** What it holds in memory until it is written. */
  default long bytes() {
    return 0;
  }

  /** Whether what it wrote must be forced before anything is made of it. */
  default boolean forced() {
    return true;
  }

  /** Completes once it can be written; what is queued behind it waits too. */
  default CompletableFuture<?> ready() {
    return NOW;
  }
}
