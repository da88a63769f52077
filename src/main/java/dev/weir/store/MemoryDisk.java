// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk in the server's memory, for streams that are not to be kept: bounded, and gone with the
 * process. Thread-safe.
 */
public final class MemoryDisk implements Disk {

  private final long capacityBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final NavigableMap<Path, Content> files = new TreeMap<>();

  /**
   * @param capacityBytes what all files may have together
   */
  public MemoryDisk(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /** A file's bytes, in blocks as they were appended. */
  private static final class Content {
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<Long> starts = new ArrayList<>();
    private long size;
  }

  private final class Open implements Handle {
    private final Content content;

    Open(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (content) {
        return content.size;
      }
    }

    @Override
    public void append(List<ByteBuffer> buffers) throws IOException {
      int count = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
      if (usedBytes.addAndGet(count) > capacityBytes) {
        usedBytes.addAndGet(-count);
        throw new IOException("No space left in memory");
      }
      var block = ByteBuffer.allocate(count);
      buffers.forEach(each -> block.put(each.duplicate()));
      synchronized (content) {
        content.starts.add(content.size);
        content.blocks.add(block.array());
        content.size += count;
      }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
      synchronized (content) {
        if (offset + into.remaining() > content.size) {
          throw new EOFException("end of file at byte " + content.size);
        }
        long at = offset;
        int index = block(at);
        while (into.hasRemaining()) {
          byte[] block = content.blocks.get(index);
          int within = Math.toIntExact(at - content.starts.get(index));
          int count = Math.min(into.remaining(), block.length - within);
          into.put(block, within, count);
          at += count;
          index++;
        }
      }
    }

    /** The block that holds a byte. */
    private int block(long offset) {
      int low = 0;
      int high = content.starts.size() - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (content.starts.get(middle) <= offset) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }

    @Override
    public void force() {}

    @Override
    public void truncate(long size) {
      synchronized (content) {
        while (!content.starts.isEmpty() && content.starts.getLast() >= size) {
          content.starts.removeLast();
          usedBytes.addAndGet(-content.blocks.removeLast().length);
        }
        content.size = Math.min(content.size, size);
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public synchronized Handle create(Path file) throws IOException {
    var content = new Content();
    if (files.putIfAbsent(file, content) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    return new Open(content);
  }

  @Override
  public synchronized Handle open(Path file) throws IOException {
    Content content = files.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return new Open(content);
  }

  @Override
  public Handle openForReading(Path file) throws IOException {
    return open(file);
  }

  @Override
  public synchronized boolean exists(Path file) {
    return file.toString().isEmpty()
        || files.containsKey(file)
        || files.keySet().stream().anyMatch(each -> each.startsWith(file));
  }

  @Override
  public synchronized List<Path> list(Path folder) {
    int depth = folder.toString().isEmpty() ? 0 : folder.getNameCount();
    return files.keySet().stream()
        .filter(file -> depth == 0 || (file.startsWith(folder) && !file.equals(folder)))
        .map(file -> file.subpath(0, depth + 1))
        .distinct()
        .toList();
  }

  /** Folders are there when something is in them. */
  @Override
  public void createFolders(Path folder) {}

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Content content = files.remove(from);
    if (content == null) {
      throw new NoSuchFileException(from.toString());
    }
    files.put(to, content);
  }

  @Override
  public synchronized void delete(Path file) {
    Content content = files.remove(file);
    if (content != null) {
      synchronized (content) {
        usedBytes.addAndGet(-content.size);
      }
    }
  }

  @Override
  public void forceFolder(Path folder) {}

  @Override
  public String identity() {
    return "memory";
  }

  @Override
  public long freeBytes() {
    return capacityBytes - usedBytes.get();
  }

  @Override
  public void close() {}
}
