// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The index of sealed chunk files by stream and time. What it says is never a promise: a crash may
 * lose what was written to it last (all since the last mark for deletion), and the files make up
 * for it at the next start. Thread-safe; calls block, and throw {@link
 * dev.weir.model.StorageFailure}.
 */
public interface Catalog extends AutoCloseable {

  /** Adds rows, or replaces those of the same files. */
  void add(Collection<FileRow> rows);

  /**
   * A file takes another's place, whose row is marked for deletion: whoever asks sees one of the
   * two.
   */
  void replace(ChunkFileId old, FileRow fresh);

  /** Marks files for deletion and brings the marks to disk: after this they may be unlinked. */
  void markDeleting(Collection<ChunkFileId> files);

  /** Drops the rows of files that are gone. */
  void drop(Collection<ChunkFileId> files);

  /** Files whose media may meet the range, ordered by id; files being deleted are left out. */
  List<FileRow> find(StreamId stream, TimeRange range, Clock clock);

  /**
   * Files that may hold a fragment with a counter from {@code first} to {@code last}, ordered by
   * their first counter.
   */
  List<FileRow> findByCounter(StreamId stream, long first, long last);

  /** The newest files by what they hold, newest first. */
  List<FileRow> newest(StreamId stream, int limit);

  /** The file with the last live ordinal; empty when no file has one. */
  Optional<FileRow> liveEdge(StreamId stream);

  /** The greatest counter that any row names, as a fragment's or a file's; 0 when there is none. */
  long greatestCounter(StreamId stream);

  /** Rows marked for deletion, of all streams. */
  List<FileRow> deleting();

  /** All rows, marked ones too, ordered by stream and file. */
  List<FileRow> all();

  /**
   * Sums over a stream's files: fragments, bytes, and the range of producer time; empty when it has
   * none.
   */
  Optional<FileRow> totals(StreamId stream);

  /**
   * Runs whenever the catalog had to be opened again after a failure, and may lack what was written
   * last; by whoever asked for something then.
   */
  void onReopened(Runnable listener);

  /**
   * Whether a failure says that the catalog itself is damaged: one of a full or failing disk does
   * not.
   */
  boolean isDamagedBy(StorageFailure failure);

  /** Puts what is there aside, for good, and begins an empty catalog. */
  void beginAnew();

  /** Documents that are kept beside the index, and closed by whoever asks for them. */
  Ledger ledger();

  /** Writes a copy of all of it into a file that must not exist. */
  void backUp(Path file);

  @Override
  void close();
}
