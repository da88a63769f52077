// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk in the server's memory, for streams that are not to be kept: bounded, and gone with the
 * process. Whoever writes to a full one waits a little for room to be made; small records and
 * documents, which make room themselves, do not. Thread-safe.
 */
public final class MemoryDisk implements Disk {

  /** How long a writer waits for room; meanwhile its producers are read from more slowly. */
  private static final long ROOM_WITHIN_NANOS = 2_000_000_000L;

  private static final int SMALL_BYTES = 4096;

  /** How far small appends may go beyond the capacity together. */
  private static final long SMALL_TOGETHER_BYTES = 1 << 20;

  private final long capacityBytes;
  private final long roomyBytes;
  private final Runnable makeRoom;
  private final Lock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private long usedBytes;
  private final NavigableMap<Path, Content> files = new TreeMap<>();

  /**
   * @param capacityBytes what all files may have together
   * @param roomyBytes with less room than this, room is asked for
   * @param makeRoom asks somebody to delete files soon, on another thread; often
   */
  public MemoryDisk(long capacityBytes, long roomyBytes, Runnable makeRoom) {
    this.capacityBytes = capacityBytes;
    this.roomyBytes = roomyBytes;
    this.makeRoom = makeRoom;
  }

  private void take(int count) throws IOException {
    lock.lock();
    try {
      long mostBytes = capacityBytes + (count <= SMALL_BYTES ? SMALL_TOGETHER_BYTES : 0);
      long leftNanos = count <= SMALL_BYTES ? 0 : ROOM_WITHIN_NANOS;
      while (usedBytes + count > mostBytes) {
        makeRoom.run();
        if (leftNanos <= 0) {
          throw new IOException("No space left in memory");
        }
        leftNanos = freed.awaitNanos(leftNanos);
      }
      usedBytes += count;
      if (capacityBytes - usedBytes < roomyBytes) {
        makeRoom.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while there was no room in memory");
    } finally {
      lock.unlock();
    }
  }

  private void give(long count) {
    lock.lock();
    try {
      usedBytes -= count;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
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
      take(count);
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
          give(content.blocks.removeLast().length);
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
  public synchronized boolean isFile(Path file) {
    return files.containsKey(file);
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
    release(files.put(to, content));
  }

  @Override
  public synchronized void delete(Path file) {
    release(files.remove(file));
  }

  private void release(@Nullable Content content) {
    if (content != null) {
      synchronized (content) {
        give(content.size);
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
    lock.lock();
    try {
      return capacityBytes - usedBytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {}
}
