// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.archive.Archive;
import dev.weir.model.Durability;
import dev.weir.model.StreamId;
import java.time.InstantSource;

/** The way in: opens push sessions on an archive. Thread-safe. */
public final class Ingest {

  private final Archive archive;
  private final InstantSource clock;

  public Ingest(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /**
   * Opens a session. Blocks on the disk.
   *
   * @param targetDurationNs the stream's target duration for media segments
   * @param durability of the stream: when a fragment counts as kept
   * @param keptBytes of the stream, 0 when there is no limit
   * @throws dev.weir.model.StorageFailure when nothing can be stored now
   */
  public IngestSession open(
      StreamId stream,
      long targetDurationNs,
      Durability durability,
      long keptBytes,
      IngestOptions options,
      AckListener acks) {
    return new IngestSession(
        options, archive.openSession(stream, targetDurationNs, durability, keptBytes), acks, clock);
  }
}
