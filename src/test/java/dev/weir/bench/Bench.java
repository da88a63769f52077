// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Runs one measurement: {@code ingest}, {@code playback}, {@code memory}, {@code persist}, {@code
 * restart} or {@code frames}, with a number of rounds, seconds, files or pictures other than the
 * usual one when it is given.
 */
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 1 || arguments.length > 2) {
      usage();
    }
    Path folder = Files.createTempDirectory("weir-bench");
    try {
      switch (arguments[0]) {
        case "ingest" -> new IngestBench(32, second(arguments, 7)).run(folder);
        case "playback" -> new PlaybackBench(64, second(arguments, 7)).run(folder);
        case "memory" -> new MemoryBench(200, second(arguments, 60)).run(folder);
        case "persist" -> new PersistBench(second(arguments, 3)).run(folder);
        case "restart" -> new RestartBench(second(arguments, 100_000)).run(folder);
        case "frames" -> new FramesBench(second(arguments, 60)).run(folder);
        default -> usage();
      }
    } finally {
      delete(folder);
    }
  }

  /** How many rounds or seconds, when it is said. */
  private static int second(String[] arguments, int otherwise) {
    return arguments.length < 2 ? otherwise : Integer.parseInt(arguments[1]);
  }

  private static void usage() {
    System.err.println("usage: scripts/bench ingest|playback|memory|persist|restart|frames [N]");
    System.exit(2);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
