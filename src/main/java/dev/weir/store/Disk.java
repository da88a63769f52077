// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The few things the store does to a disk, so that a test can lose whatever was not forced. Paths
 * are relative to the data folder. Thread-safe, but for one file handle, which is confined to one
 * thread at a time.
 */
public interface Disk extends AutoCloseable {

  /** An open file. */
  interface Handle extends AutoCloseable {
    long size() throws IOException;

    /** Writes all buffers at the end, in order. */
    void append(List<ByteBuffer> buffers) throws IOException;

    /** Fills the buffer from {@code offset} on; fails at the end of the file. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** Returns once the file's bytes are on the medium. */
    void force() throws IOException;

    void truncate(long size) throws IOException;

    /** The operating system's file behind it, which closes with it; empty where there is none. */
    default Optional<FileChannel> channel() {
      return Optional.empty();
    }

    @Override
    void close() throws IOException;
  }

  /** Creates a file that must not exist. */
  Handle create(Path file) throws IOException;

  /** Opens a file that exists, for reading and appending. */
  Handle open(Path file) throws IOException;

  /** Opens a file that exists, for reading. */
  Handle openForReading(Path file) throws IOException;

  boolean exists(Path file) throws IOException;

  /** Whether there is something of the name, and it is no folder. */
  boolean isFile(Path file) throws IOException;

  /** Names in a folder, sorted; empty when there is no such folder. */
  List<Path> list(Path folder) throws IOException;

  /** Creates a folder and what is above it, each forced into its parent. */
  void createFolders(Path folder) throws IOException;

  /** Renames within the data folder, replacing the target. */
  void rename(Path from, Path to) throws IOException;

  void delete(Path file) throws IOException;

  /** Returns once the folder's names are on the medium. */
  void forceFolder(Path folder) throws IOException;

  long freeBytes() throws IOException;

  /** What tells this data folder from every other, wherever it is mounted; without spaces. */
  String identity();

  @Override
  void close() throws IOException;
}
