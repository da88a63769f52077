// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.bytes.FileSlice;
import dev.weir.model.Bytes;
import dev.weir.model.CheckReport;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.Proof;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.nio.file.Path;
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
   * @param durability when a fragment's future completes
   * @param keptBytes what is kept of the stream; of little the files are small. 0 sets no limit
   * @throws dev.weir.model.StorageFailure when no disk takes media now
   */
  SessionLog openSession(
      StreamId stream, long targetDurationNs, Durability durability, long keptBytes);

  /** The same for a stream without a limit. */
  default SessionLog openSession(StreamId stream, long targetDurationNs, Durability durability) {
    return openSession(stream, targetDurationNs, durability, 0);
  }

  /**
   * Fragments that meet the range, ordered by start in that clock, then by number. By {@link
   * Clock#PRODUCER} replays are left out, as long as what they repeat is there. Blocking.
   */
  Timeline find(StreamId stream, TimeRange range, Clock clock);

  /** The same with all replays. Blocking. */
  Timeline findAll(StreamId stream, TimeRange range, Clock clock);

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

  /**
   * A part's payload as it lies in its file, when it was read and verified within the last minute:
   * then its bytes are warm and may be sent without being looked at again. Blocking.
   */
  Optional<FileSlice> openVerified(FragmentEntry fragment, PartEntry part);

  /**
   * What a fragment keeps of its container beside its samples; empty when nothing. The caller holds
   * a {@link Timeline} with the fragment. Blocking.
   */
  Bytes readOrigin(FragmentEntry fragment);

  /** Reads a part's sample table; cached. Blocking. */
  List<Sample> readSamples(FragmentEntry fragment, PartEntry part);

  StreamStatus status(StreamId stream);

  /**
   * No fragment with a counter up to this will come any more: each is stored or was given up. What
   * a range holds of them changes only by deletion.
   */
  long settledCounter(StreamId stream);

  /**
   * Tells of every fragment of the stream once it is published, in publishing order, on a writer
   * thread; must not block.
   */
  Subscription subscribe(StreamId stream, Consumer<FragmentEntry> listener);

  /** Streams that have a folder, in order of id. */
  List<StreamId> streams();

  /**
   * The stream's settings document as each disk has it: one that was away may have an older one.
   * Blocking.
   */
  List<byte[]> readSettings(StreamId stream);

  /** Replaces the stream's settings document atomically and forces it. Blocking. */
  void writeSettings(StreamId stream, byte[] document);

  /** Removes the stream: unreadable at once, files unlinked after their leases. Blocking. */
  void deleteStream(StreamId stream);

  /**
   * The stream's files with media, sealed or open. Blocking.
   *
   * @param idleSinceServerNs open files that no session writes to are sealed first when all that
   *     one of them holds ended before this server time
   */
  List<StoredFile> files(StreamId stream, long idleSinceServerNs);

  /** Deletes sealed files: unreadable at once, unlinked after their leases. Blocking. */
  void delete(StreamId stream, List<ChunkFileId> files);

  /** Whether {@link #thin} would take anything from a sealed file. Blocking. */
  boolean isThinnable(StreamId stream, ChunkFileId file);

  /**
   * Makes a sealed file anew with nothing but the sync samples of its video. Blocking.
   *
   * @return how many fragments were thinned
   */
  int thin(StreamId stream, ChunkFileId file);

  /**
   * Deletes all fragments that meet a range of producer time: unreadable once this returns and for
   * ever after; {@link #forgetPending} makes files anew without them. What is pushed into the range
   * later is not meant. Blocking.
   *
   * @param held ranges of producer time; fragments that meet one are not meant
   */
  void forget(StreamId stream, TimeRange range, List<TimeRange> held);

  /**
   * Makes files anew without what is to be forgotten, but those that a session writes to, and those
   * that can't be now. Blocking.
   *
   * @return whether nothing is left to do
   */
  boolean forgetPending(StreamId stream);

  /** Why no media is taken now: disks full or failed; empty while it is taken. */
  Optional<StorageFailure> refused();

  /** Bytes that the disks can still take together. Blocking. */
  long freeBytes();

  /**
   * What the hash chains prove of a range of producer time. Reads all of it. Blocking, may take
   * long.
   */
  Proof prove(StreamId stream, TimeRange range);

  /**
   * Writes a copy of the catalog, as it is at one moment, into a file that must not exist.
   * Blocking.
   */
  void backUpCatalog(Path file);

  /** Walks the store's invariants, while the archive is used. Blocking, may take long. */
  CheckReport check(CheckProgress progress);

  /** The same, and nobody asks how far it is. */
  default CheckReport check() {
    return check((done, total) -> {});
  }

  /**
   * Mends what {@link #check} found. Damaged files are made anew of what proves itself; what does
   * not becomes a gap, and the file as it was goes into {@code lost+found/}, as does a copy of a
   * file that lies on another disk too. Where the live order was given out twice, the fragments of
   * the first time have no place any more. Blocking.
   */
  void repair(CheckReport report);

  @Override
  void close();
}
