// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.Bytes;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.GapReason;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import java.util.concurrent.CompletableFuture;

/**
 * One push session's way into the archive. Never blocks and does no I/O on the caller's thread.
 * Confined to one thread.
 */
public interface SessionLog extends AutoCloseable {

  /**
   * Begins a timeline, or continues the stream's last run: when the tracks are equal (but for what
   * a new session may say differently without change of meaning), the anchor rule is the same and
   * media time goes on within one second.
   */
  RunHeader startRun(RunRequest request);

  /**
   * Begins a fragment of the current run and allocates its number.
   *
   * @param serverTimeNs when its first byte arrived, UTC nanoseconds
   */
  FragmentNumber beginFragment(long serverTimeNs);

  /** Appends a part to the open fragment. */
  void append(Part part);

  /**
   * Completes the open fragment. The future completes, on a writer thread, after the bytes are
   * forced and the fragment is published: whoever asks the archive then finds it. It fails with
   * {@link dev.weir.model.StorageFailure}.
   *
   * @param origin container bytes that are no sample and must be given back as they came; else
   *     empty
   */
  CompletableFuture<FragmentEntry> endFragment(Bytes origin);

  /** Completes a fragment of which nothing but its samples is kept. */
  default CompletableFuture<FragmentEntry> endFragment() {
    return endFragment(Bytes.EMPTY);
  }

  /** Gives the open fragment up and declares the gap. */
  void abandonFragment(GapReason reason, String detail);

  /**
   * Declares that media is missing after the last fragment that was ended: one sample at least, and
   * what came after it nobody knows. Nothing to declare where no fragment was ended.
   */
  void missing(GapReason reason, String detail);

  /** Whether the stream was deleted meanwhile: then nothing more is kept. On any thread. */
  boolean streamDeleted();

  /** When {@link #endFragment} completes. */
  Durability durability();

  /**
   * True while the store has more bytes in flight than its bound: stop reading from the producer.
   */
  boolean congested();

  /** Runs once, on another thread, when the congestion is over (at once when there is none). */
  void whenRelieved(Runnable action);

  /** Ends the session; an open fragment is abandoned. Fragments already ended still complete. */
  @Override
  void close();
}
