// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

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

/** Weir from its jar, in a process of its own on a free port. Confined to one thread. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern LISTENS =
      Pattern.compile("weir listens on http://127\\.0\\.0\\.1:([0-9]+)/.*");

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts on a data folder and waits until it listens; its log goes into a file. */
  static ServerProcess start(Path data, Path log) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx512m", "-jar", "target/weir.jar", "serve"));
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
          return new ServerProcess(process, Integer.parseInt(listens.group(1)));
        }
      }
      throw new IllegalStateException("the server did not start, see " + log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** SIGKILL. */
  void kill() {
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
