// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs one measurement: {@code ingest}, {@code playback} or {@code memory}. */
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("weir-bench");
    try {
      switch (List.of(arguments)) {
        case List<String> a when a.equals(List.of("ingest")) -> new IngestBench(32, 7).run(folder);
        case List<String> a when a.equals(List.of("playback")) ->
            new PlaybackBench(64, 7).run(folder);
        case List<String> a when a.equals(List.of("memory")) ->
            new MemoryBench(200, 60).run(folder);
        default -> {
          System.err.println("usage: scripts/bench ingest|playback|memory");
          System.exit(2);
        }
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
