// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * What the disk itself gives: threads that append a fragment's bytes to a file of their own and
 * force it, and nothing else. Confined to one thread.
 */
final class DiskLoop {

  /** As the store rolls its files. */
  private static final long ROLL_BYTES = 64L << 20;

  private final Path folder;
  private final FragmentedBody body;

  DiskLoop(Path folder, FragmentedBody body) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("disk"));
    this.body = body;
  }

  /** Bytes a second with so many threads, each as fast as it is let, once they are warm. */
  double bytesPerSecond(int threads, int warmUpMillis, int millis) throws InterruptedException {
    var bytes = new AtomicLong();
    long start = System.nanoTime() + warmUpMillis * 1_000_000L;
    long end = start + millis * 1_000_000L;
    run(
        threads,
        thread -> {
          try (var file = new File(thread)) {
            for (int i = 0; System.nanoTime() < end; i = (i + 1) % body.fragments()) {
              file.append(body.begin(i), body.size(i));
              file.force();
              long now = System.nanoTime();
              if (now >= start && now < end) {
                bytes.addAndGet(body.size(i));
              }
            }
          }
        });
    return bytes.get() / (millis / 1e3);
  }

  /**
   * How long it takes from a fragment's last piece to the end of its force, when so many threads
   * append at a producer's pace.
   */
  Latencies paced(int threads, Pace pace, int millis) throws InterruptedException {
    var forces = new Latencies();
    long start = System.nanoTime();
    long end = start + millis * 1_000_000L;
    run(
        threads,
        thread -> {
          long next = start + pace.phaseNanos(new Random(thread));
          try (var file = new File(thread)) {
            for (int i = 0; System.nanoTime() < end; i = (i + 1) % body.fragments()) {
              for (int piece = 0; piece < pace.pieces(); piece++) {
                next += pace.pieceNanos();
                LockSupport.parkNanos(next - System.nanoTime());
                long from = System.nanoTime();
                int at = pace.at(body.size(i), piece);
                file.append(body.begin(i) + at, pace.at(body.size(i), piece + 1) - at);
                if (piece == pace.pieces() - 1) {
                  file.force();
                  forces.add(System.nanoTime() - from);
                }
              }
            }
          }
        });
    return forces;
  }

  private static void run(int count, IntConsumer work) throws InterruptedException {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      int index = i;
      threads.add(Thread.ofPlatform().start(() -> work.accept(index)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /**
   * One thread's files, a new one where the store would begin another. They are kept to the end, as
   * a recorder's are: pages of a deleted file would be written again, which costs less.
   */
  private final class File implements AutoCloseable {

    private final int thread;
    private final List<Path> written = new ArrayList<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(body.length());
    private FileChannel channel;
    private long size;

    File(int thread) {
      this.thread = thread;
      this.channel = create();
      body.put(bytes);
    }

    private FileChannel create() {
      try {
        Path path = folder.resolve(thread + "-" + written.size());
        written.add(path);
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void append(int at, int length) {
      try {
        if (size > ROLL_BYTES) {
          channel.close();
          channel = create();
          size = 0;
        }
        ByteBuffer slice = bytes.slice(at, length);
        while (slice.hasRemaining()) {
          size += channel.write(slice);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void force() {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
        for (Path path : written) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
