// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the machine like one that has recorded for days: its page cache is full, and what is
 * written takes the place of what was written before. On a machine with memory to spare each page
 * is a new one, which a virtual machine must first be given by its host: that takes longer than all
 * else, and whoever writes first pays. Holds memory until it is closed. Confined to one thread.
 */
final class FullMemory implements AutoCloseable {

  /** What is left: about 2 GB for the programs, the rest for the page cache. */
  private static final long LEFT_BYTES = 9L << 29;

  private static final int WRITE_BYTES = 1 << 20;

  private final Arena held = Arena.ofConfined();
  private final Path filler;

  FullMemory(Path folder) throws IOException {
    long free = availableBytes() - LEFT_BYTES;
    if (free > 0) {
      // Zeroed, and so touched.
      held.allocate(free);
      System.out.println("memory held: " + free / 1_000_000 + " MB");
    }
    filler = folder.resolve("filler");
    var zeros = ByteBuffer.allocateDirect(WRITE_BYTES);
    try (var file =
        FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long written = 0; written < LEFT_BYTES; written += WRITE_BYTES) {
        file.write(zeros.rewind());
      }
      file.force(false);
    }
  }

  private static long availableBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no MemAvailable in /proc/meminfo");
  }

  @Override
  public void close() throws IOException {
    held.close();
    Files.delete(filler);
  }
}
