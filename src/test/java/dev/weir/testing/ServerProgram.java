// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code weir serve} in a process of its own, from the class path of the tests, on a free port.
 * Confined to one thread.
 */
public final class ServerProgram implements AutoCloseable {

  private static final Pattern LISTENS =
      Pattern.compile("weir listens on (http://127\\.0\\.0\\.1:[0-9]+)/.*");

  private final Process process;
  private final String url;

  private ServerProgram(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** How the program is called. */
  public static List<String> command(List<String> javaOptions, String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx384m");
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weir.server.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Starts on a data folder and waits until it listens; may deliver to loopback.
   *
   * @param more options of {@code weir serve}
   */
  public static ServerProgram start(Path data, Path log, List<String> javaOptions, String... more) {
    List<String> command =
        command(
            javaOptions,
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data.toString(),
            "--hooks-allow",
            "127.0.0.1");
    command.addAll(List.of(more));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher listens = LISTENS.matcher(line);
        if (listens.matches()) {
          Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
          return new ServerProgram(process, listens.group(1));
        }
      }
      throw new AssertionError("the server did not start, see " + log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Address of the server, without a slash at its end. */
  public String url() {
    return url;
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the server did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
