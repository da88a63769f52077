// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.ChunkFileId;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One disk of a store: how much room it has, whether it can be trusted, and how many files are open
 * on it. Thread-safe.
 */
final class Volume {

  /** After a failed write or force other disks are preferred for this long. */
  private static final long AVOIDED_NANOS = 10_000_000_000L;

  private static final long SMALL_BYTES = 1 << 20;

  private final Disk disk;
  private final String name;
  private final long reserveBytes;
  private final Set<StreamId> madeFolders = ConcurrentHashMap.newKeySet();
  private final Set<ChunkFileId> openFiles = ConcurrentHashMap.newKeySet();
  private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
  private volatile long avoidedUntilNanos = System.nanoTime();
  private volatile @Nullable StorageFailure failure;

  /**
   * @param name for people
   * @param reserveBytes with less room than this, no media is taken
   */
  Volume(Disk disk, String name, long reserveBytes) {
    this.disk = disk;
    this.name = name;
    this.reserveBytes = reserveBytes;
  }

  Disk disk() {
    return disk;
  }

  String name() {
    return name;
  }

  /** Asks the disk how much room it has. */
  void measure() {
    try {
      freeBytes.set(disk.freeBytes());
    } catch (IOException e) {
      troubled(e);
    }
  }

  /** Room at the last look, less what was written since. */
  long freeBytes() {
    return freeBytes.get();
  }

  void wrote(long bytes) {
    freeBytes.addAndGet(-bytes);
  }

  boolean full() {
    return freeBytes.get() < reserveBytes;
  }

  /**
   * Makes sure that a file of this length fits in without taking from the reserve. A little of it
   * is for what is as small as settings: most of all for files that are made anew with less in
   * them.
   *
   * @throws StorageFailure when it does not
   */
  void requireRoom(long bytes) {
    measure();
    if (bytes > SMALL_BYTES && freeBytes.get() - bytes < reserveBytes) {
      throw StorageFailure.diskFull(
          name, "room for " + bytes + " bytes beside the reserve", freeBytes.get() + " bytes free");
    }
  }

  /** A write or a force failed. */
  void troubled(Throwable cause) {
    avoidedUntilNanos = System.nanoTime() + AVOIDED_NANOS;
    if (StoreEvents.isDiskFull(cause)) {
      freeBytes.set(0);
    }
  }

  boolean avoided() {
    return System.nanoTime() - avoidedUntilNanos < 0;
  }

  void opened(ChunkFileId file) {
    openFiles.add(file);
  }

  void closed(ChunkFileId file) {
    openFiles.remove(file);
  }

  /** Whether a file is being appended to. */
  boolean isOpen(ChunkFileId file) {
    return openFiles.contains(file);
  }

  /** Room a file opened now could hope for. */
  long shareBytes() {
    return freeBytes.get() / (openFiles.size() + 1);
  }

  /** Why nothing new is written here any more; empty while it is. */
  Optional<StorageFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Forces a folder; when that fails nothing new can be trusted to be found again, and the disk is
   * only read from then on.
   */
  void forceFolder(Path folder) throws IOException {
    try {
      disk.forceFolder(folder);
    } catch (IOException e) {
      failure =
          StoreEvents.storageFailure(
              "disk is read-only since a folder could not be forced", name + "/" + folder, e);
      throw e;
    }
  }

  /**
   * Makes a stream's folder and forces its name, once for each stream: a folder that is there may
   * have been made by a process that died before it could force it.
   */
  void makeFolder(StreamId stream) throws IOException {
    if (madeFolders.contains(stream)) {
      return;
    }
    disk.createFolders(Layout.folder(stream));
    forceFolder(Path.of(""));
    forceFolder(Layout.STREAMS);
    madeFolders.add(stream);
  }

  void forgetFolder(StreamId stream) {
    madeFolders.remove(stream);
  }

  @Override
  public String toString() {
    return name;
  }
}
