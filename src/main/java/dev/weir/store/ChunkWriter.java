// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.Part;
import dev.weir.model.RunHeader;
import java.util.concurrent.CompletableFuture;

/**
 * One writer's way into the chunk files of a stream. Never blocks: records are queued for the
 * writer pool. Files roll between fragments only; each further file begins with the current run
 * header. Confined to one caller at a time. Futures complete on a writer thread.
 */
public interface ChunkWriter {

  /**
   * Names the run of the fragments that follow.
   *
   * @param chain the run's chain of hashes, which all its writers share
   */
  void run(RunHeader header, Chain chain);

  /**
   * Begins a fragment.
   *
   * @throws IllegalStateException when one is open
   */
  void begin(FragmentNumber number);

  /** Appends a part to the open fragment. */
  void append(Part part);

  /**
   * Completes the open fragment and forces the file. The future gives the entry once the force has
   * returned; it fails with {@link dev.weir.model.StorageFailure} when any record of the fragment
   * could not be written or forced. After a failure the next {@link #begin} uses a new file.
   *
   * @param replays says whether the fragment repeats another
   */
  CompletableFuture<FragmentEntry> end(FragmentEnd end, Replays replays);

  /** The same for a fragment that repeats nothing, or is known to repeat what its end says. */
  default CompletableFuture<FragmentEntry> end(FragmentEnd end) {
    return end(end, Replays.NONE);
  }

  /**
   * Gives the open fragment up: its parts stay as bytes that no entry points at, also after
   * recovery.
   */
  void abandon();

  /** Records and forces a gap; the future gives the file that has it. */
  CompletableFuture<ChunkFileId> gap(Gap gap);

  /**
   * Hands the writer back: its open file may be taken by another writer of the stream, or is sealed
   * when idle too long.
   */
  void release();
}
