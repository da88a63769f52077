// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code weir serve} in a process of its own, on a free port. Confined to one thread. */
public final class ServerProgram implements AutoCloseable {

  private static final Pattern LISTENS =
      Pattern.compile("weir listens on (http://127\\.0\\.0\\.1:[0-9]+)/.*");

  private final Process process;
  private final String url;

  private ServerProgram(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** How the program is called from the class path of the tests. */
  public static List<String> command(List<String> javaOptions, String... arguments) {
    var command = new ArrayList<>(java("-Xmx384m"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weir.server.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> java(String... options) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(options));
    return command;
  }

  /**
   * Starts the class path of the tests on a data folder and waits until it listens; may deliver to
   * loopback.
   *
   * @param more options of {@code weir serve}
   */
  public static ServerProgram start(Path data, Path log, List<String> javaOptions, String... more) {
    List<String> program = command(javaOptions, "serve", "--hooks-allow", "127.0.0.1");
    program.addAll(List.of(more));
    return start(program, data, log);
  }

  /** Starts the jar on a data folder and waits until it listens. */
  public static ServerProgram startJar(Path data, Path log) {
    return start(java("-Xmx512m", "-jar", "target/weir.jar", "serve"), data, log);
  }

  private static ServerProgram start(List<String> program, Path data, Path log) {
    var command = new ArrayList<>(program);
    command.addAll(List.of("--listen", "127.0.0.1:0", "--data", data.toString()));
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
      throw new IllegalStateException("the server did not start, see " + log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Address of the server, without a slash at its end. */
  public String url() {
    return url;
  }

  /** Address of something on the server. */
  public String url(String path) {
    return url + path;
  }

  public int port() {
    return URI.create(url).getPort();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGTERM; the server seals its files. */
  @Override
  public void close() {
    process.destroy();
    await();
  }
}
