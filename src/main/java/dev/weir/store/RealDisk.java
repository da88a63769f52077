// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.StorageFailure;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A data folder on a file system: locked against a second server and marked with an identity, so
 * that a wrong mount is noticed (invariant 7). Thread-safe.
 */
public final class RealDisk implements Disk {

  private static final String LOCK = Identity.FILE + ".lock";
  private static final String IN_USE = "data folder is in use";

  /**
   * Heap buffers larger than this would make the JDK keep direct buffers of their size for each
   * thread.
   */
  private static final int LARGEST_WRITE_BYTES = 128 << 10;

  private static final int PAGE_BYTES = 4096;

  /** One a writer thread: an aligned block of a file, as much of it as is being written. */
  private static final ThreadLocal<ByteBuffer> STAGING =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(2 * LARGEST_WRITE_BYTES).alignedSlice(PAGE_BYTES));

  private final Path root;
  private final String identity;
  private final FileChannel lockFile;
  private final FileLock lock;

  private RealDisk(Path root, String identity, FileChannel lockFile, FileLock lock) {
    this.root = root;
    this.identity = identity;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Opens a data folder, making it when it does not exist.
   *
   * @throws StorageFailure when another server uses it, when it holds other things, or when it
   *     can't be written
   */
  public static RealDisk at(Path root) {
    try {
      Files.createDirectories(root);
      String identity = Identity.ofOrNew(root);
      return locked(root, identity);
    } catch (IOException e) {
      throw new StorageFailure("data folder can't be used", root.toString(), "", String.valueOf(e));
    }
  }

  private static RealDisk locked(Path root, String identity) throws IOException {
    FileChannel file =
        FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Optional<FileLock> lock;
    try {
      lock = Optional.ofNullable(file.tryLock());
    } catch (OverlappingFileLockException e) {
      // The same process has it: as much in use as by another.
      lock = Optional.empty();
    }
    if (lock.isEmpty()) {
      file.close();
      throw new StorageFailure(IN_USE, root.toString(), "one server", "another one");
    }
    return new RealDisk(root, identity, file, lock.get());
  }

  /** Whether a folder is one already. */
  static boolean isDataFolder(Path root) {
    return Identity.isIn(root);
  }

  /** Whether a folder could not be opened since another server has it. */
  static boolean isInUse(StorageFailure failure) {
    return failure.what().equals(IN_USE);
  }

  /** The folder on the file system. */
  public Path root() {
    return root;
  }

  @Override
  public String identity() {
    return identity;
  }

  /** Replaces a small file in the folder itself, forced. */
  void writeText(String name, String text) throws IOException {
    Identity.writeText(root, name, text);
  }

  @Override
  public Handle create(Path file) throws IOException {
    return new ChannelHandle(
        FileChannel.open(
            root.resolve(file),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ));
  }

  @Override
  public Handle open(Path file) throws IOException {
    return new ChannelHandle(
        FileChannel.open(root.resolve(file), StandardOpenOption.WRITE, StandardOpenOption.READ));
  }

  @Override
  public Handle openForReading(Path file) throws IOException {
    return new ChannelHandle(FileChannel.open(root.resolve(file), StandardOpenOption.READ));
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(root.resolve(file));
  }

  @Override
  public boolean isFile(Path file) {
    return exists(file) && !Files.isDirectory(root.resolve(file));
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    Path whole = root.resolve(folder);
    if (!Files.isDirectory(whole)) {
      return List.of();
    }
    try (var files = Files.list(whole)) {
      return files.map(file -> root.relativize(file)).sorted().toList();
    }
  }

  @Override
  public void createFolders(Path folder) throws IOException {
    Path whole = root.resolve(folder);
    if (Files.isDirectory(whole)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolders(parent);
    }
    Files.createDirectories(whole);
    forceFolder(parent == null ? Path.of("") : parent);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(
        root.resolve(from),
        root.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(root.resolve(file));
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(root.resolve(folder), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long freeBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }

  private record ChannelHandle(FileChannel file) implements Handle {

    @Override
    public Optional<FileChannel> channel() {
      return Optional.of(file);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    /**
     * Small writes are gathered and large ones cut, each at the same place in a block of memory as
     * in the file: a copy into the page cache that is not so aligned takes twice the time.
     */
    @Override
    public void append(List<ByteBuffer> buffers) throws IOException {
      long at = file.size();
      ByteBuffer block = blockAt(at);
      for (ByteBuffer buffer : buffers) {
        ByteBuffer rest = buffer.duplicate();
        while (rest.hasRemaining()) {
          int count = Math.min(rest.remaining(), block.remaining());
          block.put(rest.slice(rest.position(), count));
          rest.position(rest.position() + count);
          if (!block.hasRemaining()) {
            at = write(block, at);
            block = blockAt(at);
          }
        }
      }
      write(block, at);
    }

    private static ByteBuffer blockAt(long position) {
      int within = (int) (position % LARGEST_WRITE_BYTES);
      return STAGING.get().limit(LARGEST_WRITE_BYTES).position(within).mark();
    }

    /** Writes a block from its mark to its position; gives where the file goes on. */
    private long write(ByteBuffer block, long at) throws IOException {
      long position = at;
      ByteBuffer bytes = block.limit(block.position()).reset();
      while (bytes.hasRemaining()) {
        position += file.write(bytes, position);
      }
      return position;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
      long at = offset;
      while (into.hasRemaining()) {
        int limit = into.limit();
        into.limit(Math.min(limit, into.position() + LARGEST_WRITE_BYTES));
        int count = file.read(into, at);
        into.limit(limit);
        if (count < 0) {
          throw new EOFException("end of file at byte " + at);
        }
        at += count;
      }
    }

    @Override
    public void force() throws IOException {
      file.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
