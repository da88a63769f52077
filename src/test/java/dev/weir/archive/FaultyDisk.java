// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.store.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A disk under the real store that is slow, or says no, when it is told to. Thread-safe. */
public final class FaultyDisk implements Disk {

  private final Disk disk;
  private final AtomicInteger forcesToFail = new AtomicInteger();
  private final AtomicInteger forces = new AtomicInteger();
  private final AtomicLong nextByteNanos = new AtomicLong();
  private volatile long forceNanos;
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private volatile boolean readsFail;
  private volatile boolean folderForcesFail;
  private volatile boolean readOnly;
  private volatile boolean noRoomForCopies;
  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile Consumer<Path> deletions = file -> {};
  private volatile Consumer<Path> creations = file -> {};

  public FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  /** Each force takes so long. */
  public FaultyDisk forceTakes(long nanos) {
    forceNanos = nanos;
    return this;
  }

  /** So much is written in a second, and no more. */
  public FaultyDisk writesPerSecond(long bytes) {
    bytesPerSecond = bytes;
    nextByteNanos.set(System.nanoTime());
    return this;
  }

  public void failForces(int count) {
    forcesToFail.set(count);
  }

  public void readsFail(boolean fail) {
    readsFail = fail;
  }

  public void folderForcesFail(boolean fail) {
    folderForcesFail = fail;
  }

  public void readOnly(boolean only) {
    readOnly = only;
  }

  /** Files that are made anew find no room. */
  public void noRoomForCopies(boolean none) {
    noRoomForCopies = none;
  }

  /** Says that so much is free, if there is as much. */
  public void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  /** Hears of each file before it is deleted, on the thread that does it. */
  public void beforeDeletions(Consumer<Path> listener) {
    deletions = listener;
  }

  /** Hears of each file before it is created, on the thread that does it. */
  public void beforeCreations(Consumer<Path> listener) {
    creations = listener;
  }

  public int forces() {
    return forces.get();
  }

  private static IOException inputOutputError() {
    return new IOException("Input/output error");
  }

  private void write(long bytes) throws IOException {
    if (readOnly) {
      throw new FileSystemException("Read-only file system");
    }
    if (bytesPerSecond < Long.MAX_VALUE) {
      long due = nextByteNanos.addAndGet(bytes * 1_000_000_000L / bytesPerSecond);
      waitUntil(due);
    }
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private final class Faulty implements Handle {
    private final Handle handle;

    Faulty(Handle handle) {
      this.handle = handle;
    }

    @Override
    public long size() throws IOException {
      return handle.size();
    }

    @Override
    public void append(List<ByteBuffer> buffers) throws IOException {
      write(buffers.stream().mapToLong(ByteBuffer::remaining).sum());
      handle.append(buffers);
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
      if (readsFail) {
        throw inputOutputError();
      }
      handle.read(offset, into);
    }

    @Override
    public void force() throws IOException {
      forces.incrementAndGet();
      waitUntil(System.nanoTime() + forceNanos);
      if (forcesToFail.get() > 0 && forcesToFail.getAndDecrement() > 0) {
        throw inputOutputError();
      }
      handle.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      write(0);
      handle.truncate(size);
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }

  @Override
  public Handle create(Path file) throws IOException {
    creations.accept(file);
    write(0);
    if (noRoomForCopies && file.toString().endsWith(".copy")) {
      throw new IOException("No space left on device");
    }
    return new Faulty(disk.create(file));
  }

  @Override
  public Handle open(Path file) throws IOException {
    return new Faulty(disk.open(file));
  }

  @Override
  public Handle openForReading(Path file) throws IOException {
    return new Faulty(disk.openForReading(file));
  }

  @Override
  public boolean exists(Path file) throws IOException {
    return disk.exists(file);
  }

  @Override
  public boolean isFile(Path file) throws IOException {
    return disk.isFile(file);
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    return disk.list(folder);
  }

  @Override
  public void createFolders(Path folder) throws IOException {
    write(0);
    disk.createFolders(folder);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    write(0);
    disk.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    deletions.accept(file);
    write(0);
    disk.delete(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    if (folderForcesFail) {
      throw inputOutputError();
    }
    disk.forceFolder(folder);
  }

  @Override
  public String identity() {
    return disk.identity();
  }

  @Override
  public long freeBytes() throws IOException {
    return Math.min(freeBytes, disk.freeBytes());
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
