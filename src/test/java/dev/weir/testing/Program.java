// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program started by a test, its output kept; it and what it started end with the test at the
 * latest. Confined to one thread.
 */
public final class Program implements AutoCloseable {

  private final List<String> command;
  private final Process process;
  private final Path output;
  private final Path errors;

  private Program(List<String> command, Process process, Path output, Path errors) {
    this.command = command;
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  public static Program start(List<String> command) {
    return start(Path.of("").toAbsolutePath(), command);
  }

  /** Starts a program in a folder. */
  public static Program start(Path folder, List<String> command) {
    try {
      Path output = Files.createTempFile("weir-program", ".out");
      Path errors = Files.createTempFile("weir-program", ".err");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      return new Program(command, process, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs to the end and gives the standard output; anything but exit status 0 fails the test. */
  public static String run(String... command) {
    try (Program program = start(List.of(command))) {
      int status = program.await(120);
      if (status != 0) {
        throw new AssertionError(
            "exit " + status + " of " + program.command + "\n" + program.errors());
      }
      return program.output();
    }
  }

  /** Waits for the end; the exit status. */
  public int await(long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + seconds + " s: " + command + "\n" + errors());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  public Process process() {
    return process;
  }

  public Path outputFile() {
    return output;
  }

  public String output() {
    return read(output);
  }

  public String errors() {
    return read(errors);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
      Files.deleteIfExists(output);
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
