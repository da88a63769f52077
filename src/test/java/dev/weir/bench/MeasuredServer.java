// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server process on loopback whose processor time can be read. Confined to one thread. */
final class MeasuredServer implements AutoCloseable {

  private static final double TICKS_PER_SECOND = 100;
  private static final long START_NANOS = 600_000_000_000L;
  private static final long LOOK_NANOS = 2_000_000;

  final String name;
  final int port;
  private final Process process;

  private MeasuredServer(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /** Weir, as its user starts it. */
  static MeasuredServer weir(Path folder) {
    return weir(folder, List.of("scripts/weir"));
  }

  /** Weir from its jar, on a Java machine with options. */
  static MeasuredServer weirWith(Path folder, String... javaOptions) {
    var program = new ArrayList<String>();
    program.add(ProcessHandle.current().info().command().orElseThrow());
    program.addAll(List.of(javaOptions));
    program.addAll(List.of("-jar", "target/weir.jar"));
    return weir(folder, program);
  }

  private static MeasuredServer weir(Path folder, List<String> program) {
    int port = freePort();
    var command = new ArrayList<>(program);
    command.addAll(
        List.of(
            "serve",
            "--listen",
            "127.0.0.1:" + port,
            "--data",
            folder.resolve("weir-data").toString()));
    return start("weir", port, command, folder);
  }

  /** Debian's nginx: uploads by PUT into a folder, and static files out of it. */
  static MeasuredServer nginx(Path folder) throws IOException {
    int port = freePort();
    Path files = Files.createDirectories(folder.resolve("nginx-files"));
    Files.createDirectories(folder.resolve("nginx-temp"));
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        worker_processes 2;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx.log;
        events { worker_connections 2048; }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          keepalive_requests 1000000;
          client_max_body_size 0;
          client_body_temp_path %1$s/nginx-temp;
          proxy_temp_path %1$s/nginx-temp;
          fastcgi_temp_path %1$s/nginx-temp;
          uwsgi_temp_path %1$s/nginx-temp;
          scgi_temp_path %1$s/nginx-temp;
          server {
            listen 127.0.0.1:%2$d;
            root %3$s;
            location / { dav_methods PUT; create_full_put_path on; dav_access user:rw all:rw; }
          }
        }
        user %4$s;
        """
            .formatted(folder, port, files, System.getProperty("user.name")));
    return start(
        "nginx",
        port,
        List.of(
            "nginx", "-c", configuration.toString(), "-e", folder.resolve("nginx.log").toString()),
        folder);
  }

  private static MeasuredServer start(String name, int port, List<String> command, Path folder) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".out").toFile())
              .start();
      var server = new MeasuredServer(name, port, process);
      server.awaitListening(folder);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitListening(Path folder) throws IOException {
    long end = System.nanoTime() + START_NANOS;
    while (System.nanoTime() < end && process.isAlive()) {
      try (var socket = new Socket()) {
        socket.connect(address(), 1000);
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    close();
    throw new IllegalStateException(
        name + " did not start: " + Files.readString(folder.resolve(name + ".out")));
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** Processor seconds, user and system, of the process and its children so far. */
  double cpuSeconds() {
    try (Stream<ProcessHandle> children = process.descendants()) {
      return Stream.concat(Stream.of(process.toHandle()), children)
          .mapToDouble(each -> cpuSeconds(each.pid()))
          .sum();
    }
  }

  private static double cpuSeconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.US_ASCII);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
