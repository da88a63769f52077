// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.model.FragmentEntry;
import dev.weir.model.WeirException;
import java.util.concurrent.CompletableFuture;

/**
 * Counts a session's fragments from received to settled and completes when all are. Thread-safe.
 */
final class PendingAcks {

  private final CompletableFuture<IngestSummary> completion = new CompletableFuture<>();
  private IngestSummary summary = IngestSummary.NOTHING;
  private int unsettled;
  private boolean sealed;

  synchronized void received() {
    unsettled++;
    summary = summary.received();
  }

  synchronized void dropped(String why) {
    summary = summary.dropped(why);
  }

  /**
   * @param forced whether it lies on disk, and not only in the server's hands
   */
  void settled(FragmentEntry entry, boolean forced) {
    synchronized (this) {
      unsettled--;
      summary = summary.settled(entry, forced);
    }
    completeWhenDone();
  }

  void failed(WeirException cause) {
    synchronized (this) {
      unsettled--;
      summary = summary.failed(cause);
    }
    completeWhenDone();
  }

  /** No more fragments will be received. */
  void seal() {
    synchronized (this) {
      sealed = true;
    }
    completeWhenDone();
  }

  CompletableFuture<IngestSummary> completion() {
    return completion;
  }

  private void completeWhenDone() {
    IngestSummary done;
    synchronized (this) {
      if (!sealed || unsettled > 0) {
        return;
      }
      done = summary;
    }
    completion.complete(done);
  }
}
