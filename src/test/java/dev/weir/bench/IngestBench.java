// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * N producers push the same file at once, as fast as they are let: to Weir, whose answer comes when
 * every fragment is forced to disk, and to nginx, which writes uploads to disk without a force.
 * Rounds alternate.
 */
final class IngestBench {

  private static final int PIECE_BYTES = 64 << 10;

  private final int producers;
  private final int rounds;

  IngestBench(int producers, int rounds) {
    this.producers = producers;
    this.rounds = rounds;
  }

  void run(Path folder) throws IOException, InterruptedException, ExecutionException {
    byte[] media = Files.readAllBytes(BenchMedia.make(folder));
    var figures = new Figures();
    try (var weir = MeasuredServer.weir(folder);
        var nginx = MeasuredServer.nginx(folder)) {
      // The first rounds warm up both and are not counted.
      for (int round = -2; round < rounds; round++) {
        for (MeasuredServer server : List.of(weir, nginx)) {
          measure(server, media, round, figures);
        }
      }
    }
    System.out.println(
        "ingest: " + producers + " producers, " + media.length / 1_000_000 + " MB each, at once");
    figures.print();
    figures.printRatio("MB/s, weir : nginx", "weir MB/s", "nginx MB/s");
    figures.printRatio("CPU, weir : nginx", "weir CPU s/GB", "nginx CPU s/GB");
  }

  private void measure(MeasuredServer server, byte[] media, int round, Figures figures)
      throws InterruptedException, ExecutionException {
    double cpu = server.cpuSeconds();
    long start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var pushes = new ArrayList<Future<?>>();
      for (int i = 0; i < producers; i++) {
        String path =
            server.name.equals("weir")
                ? "/v1/streams/cam-" + i + "/media"
                : "/round-" + round + "-cam-" + i + ".mkv";
        pushes.add(threads.submit(() -> push(server, path, media)));
      }
      for (Future<?> push : pushes) {
        push.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double bytes = (double) media.length * producers;
    if (round >= 0) {
      figures.add(server.name + " MB/s", bytes / 1e6 / seconds);
      figures.add(server.name + " CPU s/GB", (server.cpuSeconds() - cpu) / (bytes / 1e9));
    }
  }

  private static void push(MeasuredServer server, String path, byte[] media) {
    try (var socket = new Socket()) {
      socket.connect(server.address());
      OutputStream out = socket.getOutputStream();
      String head =
          "PUT "
              + path
              + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: "
              + media.length
              + "\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      for (int at = 0; at < media.length; at += PIECE_BYTES) {
        out.write(media, at, Math.min(PIECE_BYTES, media.length - at));
      }
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 20")) {
        throw new IllegalStateException(server.name + " answered " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(server.name, e);
    }
  }
}
