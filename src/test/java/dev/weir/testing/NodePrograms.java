// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code src/test/js} names, installed once for all tests. Thread-safe. */
public final class NodePrograms {

  private static final Path SCRIPTS = Path.of("src", "test", "js");
  private static final Path INSTALLED = Path.of("target", "js");

  private NodePrograms() {}

  /**
   * The folder in which programs of node are run.
   *
   * @throws AssertionError when npm is not there or can't fetch what is named
   */
  public static synchronized Path folder() {
    try {
      Files.createDirectories(INSTALLED);
      // Tests of another Java machine may be at it too.
      try (var lockFile = FileChannel.open(INSTALLED.resolve("lock"), CREATE, WRITE);
          var _ = lockFile.lock()) {
        for (String name : List.of("package.json", "operations.js")) {
          Files.copy(SCRIPTS.resolve(name), INSTALLED.resolve(name), REPLACE_EXISTING);
        }
        run(
            INSTALLED,
            List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock"),
            "npm can't fetch what src/test/js/package.json names");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return INSTALLED;
  }

  /** Runs a program to its end, which must be a good one. */
  public static void run(Path where, List<String> command, String otherwise) {
    try (Program program = Program.start(where, command)) {
      assertThat(program.await(300))
          .as(otherwise + ": " + program.output() + program.errors())
          .isZero();
    } catch (UncheckedIOException e) {
      throw new AssertionError(
          command.getFirst() + " does not run; scripts/test installs nodejs and npm", e);
    }
  }
}
