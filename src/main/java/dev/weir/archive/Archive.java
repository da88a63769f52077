// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fragments of all streams by time. Thread-safe. Methods marked <em>blocking</em> touch disk or
 * catalog: call them on the read pool. Unknown streams are empty, not errors.
 */
public interface Archive extends AutoCloseable {

  /**
   * Opens a push session.
   *
   * @param targetDurationNs the stream's target duration for media segments
   * @throws dev.weir.model.StorageFailure when the store is read-only or full
   */
  SessionLog openSession(StreamId stream, long targetDurationNs);

  /**
   * Fragments that meet the range, ordered by start in that clock, then by number. By {@link
   * Clock#PRODUCER} duplicates are left out. Blocking.
   */
  Timeline find(StreamId stream, TimeRange range, Clock clock);

  /**
   * The newest live fragments, ordered by live ordinal, reaching back at least {@code windowNs}
   * from the newest end (or as far as there is). Gaps with a live place are among {@link
   * Timeline#gaps}. Blocking.
   */
  Timeline liveEdge(StreamId stream, long windowNs);

  /**
   * One fragment by its number, with its run and a lease; empty timeline when there is none.
   * Blocking.
   */
  Timeline fragment(StreamId stream, FragmentNumber number);

  /**
   * Published fragments with a greater number, in order of number, at most {@code limit}. Blocking.
   */
  Timeline after(StreamId stream, FragmentNumber number, int limit);

  /** A run by its id, as long as a fragment of it is stored. Blocking. */
  Optional<RunHeader> run(StreamId stream, RunId run);

  /**
   * Reads a part and verifies it. The caller holds a {@link Timeline} with the fragment. Blocking.
   */
  StoredPart readPart(FragmentEntry fragment, PartEntry part);

  /** Reads a part's sample table; cached. Blocking. */
  List<Sample> readSamples(FragmentEntry fragment, PartEntry part);

  StreamStatus status(StreamId stream);

  /**
   * Tells of every fragment of the stream once it is published, in publishing order, on a writer
   * thread; must not block.
   */
  Subscription subscribe(StreamId stream, Consumer<FragmentEntry> listener);

  /** Streams that have a folder, in order of id. */
  List<StreamId> streams();

  /** The stream's settings document, as last written. Blocking. */
  Optional<byte[]> readSettings(StreamId stream);

  /** Replaces the stream's settings document atomically and forces it. Blocking. */
  void writeSettings(StreamId stream, byte[] document);

  /** Removes the stream: unreadable at once, files unlinked after their leases. Blocking. */
  void deleteStream(StreamId stream);

  /**
   * Deletes chunk files all of whose fragments ended (by server time) before the cutoff. Leased
   * files go later.
   *
   * @return bytes of the files that were marked. Blocking.
   */
  long expire(StreamId stream, long cutoffServerNs);

  /** Why nothing can be stored any more; empty while it can. */
  Optional<StorageFailure> readOnly();

  /** Walks the store's invariants. Blocking, may take long. */
  CheckReport check();

  @Override
  void close();
}
