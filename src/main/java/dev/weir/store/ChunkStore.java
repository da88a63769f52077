// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.bytes.FileSlice;
import dev.weir.model.Bytes;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StorageFailure;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Append-only chunk files of many streams in one data folder. Thread-safe. Reading methods block on
 * the disk: read pool only. All throw {@link dev.weir.model.StorageFailure} when the disk fails and
 * {@link dev.weir.model.CorruptRecord} when bytes do not prove themselves, naming file and offset.
 */
public interface ChunkStore extends AutoCloseable {

  /**
   * Repairs what a crash left behind, once, before anything else: every unsealed file is scanned,
   * its torn tail moved to {@code lost+found/}, an unfinished fragment closed as truncated, the
   * file sealed (or removed when it holds no fragment and no gap). The listener hears of each file
   * sealed here.
   */
  RecoveryReport recover();

  /** All sealed files on disk, ordered by stream and id. */
  List<ChunkFileId> sealedFiles();

  /**
   * Sealed files that lie on several disks, each with the names of the disks; the one that is read
   * comes first.
   */
  Map<ChunkFileId, List<String>> copies();

  /** Moves the copy of a file on one disk into {@code lost+found/}; another copy is read then. */
  void setAside(ChunkFileId sealed, String disk);

  /** The footer of a sealed file. When the footer is damaged the file is scanned instead. */
  FileIndex readIndex(ChunkFileId sealed);

  /**
   * A writer for one session.
   *
   * @param durability what completes a fragment: {@link Durability#WRITTEN} a write, else a force
   * @param keptBytes what is kept of the stream; of little the files are small. 0 sets no limit
   * @param counter gives the numbers of files that have to be created, rising along the stream
   * @throws StorageFailure when no disk takes media now
   */
  ChunkWriter acquire(StreamId stream, Durability durability, long keptBytes, LongSupplier counter);

  /** The same for a stream without a limit. */
  default ChunkWriter acquire(StreamId stream, Durability durability, LongSupplier counter) {
    return acquire(stream, durability, 0, counter);
  }

  /** Reads a whole part and verifies it. Works on open and sealed files. */
  StoredPart readPart(ChunkFileId file, PartEntry part);

  /**
   * A part's payload as it lies in its file, unread and unverified; empty where the disk has no
   * files of the operating system. Whoever receives it closes the channel.
   */
  Optional<FileSlice> openPayload(ChunkFileId file, PartEntry part);

  /** Reads a part's sample table alone and verifies it. */
  List<Sample> readSamples(ChunkFileId file, PartEntry part);

  /**
   * What a fragment keeps of its container beside its samples; empty when nothing.
   *
   * @throws dev.weir.model.CorruptRecord when its end record does not prove itself
   */
  Bytes readOrigin(FragmentEntry fragment);

  /** The identities of the disks that are there. */
  Set<String> disks();

  /** Streams that have a folder, in order of id. */
  List<StreamId> streams();

  /**
   * A small file beside the stream's chunk files, as last written on each disk that has it: one
   * that was away may have an older one.
   */
  List<byte[]> readDocuments(StreamId stream, String name);

  /** Replaces a small file atomically and forces it. */
  void writeDocument(StreamId stream, String name, byte[] bytes);

  /** Removes a stream's folder with all that is in it. */
  void deleteFolder(StreamId stream);

  /**
   * Makes a sealed file anew under another number, forced and sealed; the old one stays until it is
   * deleted.
   *
   * @param number greater than all numbers of the stream so far
   * @param fates of fragments that are not taken over as they are
   * @throws dev.weir.model.CorruptRecord when what is taken over does not prove itself; then there
   *     is no new file. Where something is to be forgotten it becomes a gap instead
   * @throws StorageFailure when the new file would not fit beside the reserve
   */
  FileIndex rewrite(ChunkFileId sealed, long number, Map<FragmentNumber, Fate> fates);

  /**
   * Looks at every byte of a file; of an open one, at what is written so far.
   *
   * @throws StorageFailure when it can't be read
   */
  FileVerification verify(ChunkFileId sealed);

  /** The same of the copy on one disk. */
  FileVerification verify(ChunkFileId sealed, String disk);

  /**
   * Makes a damaged file anew of what proves itself, with gaps for what does not; a copy of the
   * whole, as it is, goes into {@code lost+found/} first. The old file stays until it is deleted.
   *
   * @param number greater than all numbers of the stream so far
   */
  FileIndex salvage(ChunkFileId sealed, long number);

  /** Removes sealed files with all their copies: unlink, then force the folders. */
  void delete(List<ChunkFileId> sealed);

  /** Seals every idle open file of the stream now (before the stream is deleted, or for a test). */
  void sealIdle(StreamId stream);

  /** Payload bytes that writers have queued and the disk has not taken yet. */
  long bytesInFlight();

  /** True while more bytes are in flight than the bound; sessions then stop reading. */
  boolean congested();

  /**
   * Runs once, on a writer thread, as soon as the store is not congested (at once when it is not).
   */
  void whenRelieved(Runnable action);

  /** Why no media is taken now: disks full or failed; empty while it is taken. */
  Optional<StorageFailure> refused();

  /** Bytes that the disks can still take together. */
  long freeBytes();

  /**
   * Waits for queued work, seals all open files, stops the pool. Never interrupts a writer thread.
   */
  @Override
  void close();
}
