// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.testing.Playlist;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers of 2 Mbit/s in real time over real sockets, each with a reader at its live edge, for a
 * while: how much heap and direct memory the server uses. The server runs with limits that add up
 * to 512 MB, so passing them would end it.
 */
final class MemoryBench {

  private static final int BYTES_PER_SECOND = 2_000_000 / 8;
  private static final int PIECES_PER_SECOND = 10;
  private static final long CONTAINER_MEGA = 1_000_000;

  private final int producers;
  private final int seconds;
  private final AtomicLong pushedBytes = new AtomicLong();
  private final AtomicLong readBytes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean over;

  MemoryBench(int producers, int seconds) {
    this.producers = producers;
    this.seconds = seconds;
  }

  void run(Path folder) throws IOException, InterruptedException {
    byte[] media = Files.readAllBytes(BenchMedia.make(folder));
    var figures = new Figures();
    try (var weir = MeasuredServer.weirWith(folder, "-Xmx352m", "-XX:MaxDirectMemorySize=160m");
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < producers; i++) {
        String stream = "/v1/streams/cam-" + i;
        int delay = i * 10;
        var _ = threads.submit(() -> produce(weir, stream, media, delay));
        var _ = threads.submit(() -> read(weir, client, stream));
      }
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(1_000_000_000L);
        String metrics =
            client
                .send(
                    HttpRequest.newBuilder(URI.create(weir.url("/metrics"))).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body();
        double heap = metric(metrics, "weir_memory_bytes{kind=\"heap\"}");
        double direct = metric(metrics, "weir_memory_bytes{kind=\"direct\"}");
        figures.add("heap MB", heap / CONTAINER_MEGA);
        figures.add("direct MB", direct / CONTAINER_MEGA);
        figures.add("together MB", (heap + direct) / CONTAINER_MEGA);
      }
      over = true;
    }
    System.out.println(
        "memory: " + producers + " producers of 2 Mbit/s with a reader each, " + seconds + " s");
    figures.print();
    System.out.println(
        "pushed "
            + pushedBytes.get() / CONTAINER_MEGA
            + " MB, read "
            + readBytes.get() / CONTAINER_MEGA
            + " MB, failures "
            + failures.get());
    if (failures.get() > 0) {
      throw new IllegalStateException("producers or readers failed");
    }
  }

  private static double metric(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Pushes the file over and over, a request each, paced. */
  private void produce(MeasuredServer weir, String stream, byte[] media, int delayMillis) {
    LockSupport.parkNanos(delayMillis * 1_000_000L);
    int piece = BYTES_PER_SECOND / PIECES_PER_SECOND;
    while (!over) {
      try (var socket = new Socket()) {
        socket.connect(weir.address());
        OutputStream out = socket.getOutputStream();
        String head =
            "POST "
                + stream
                + "/media HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: "
                + media.length
                + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        long next = System.nanoTime();
        for (int at = 0; at < media.length && !over; at += piece) {
          int length = Math.min(piece, media.length - at);
          out.write(media, at, length);
          pushedBytes.addAndGet(length);
          next += 1_000_000_000L / PIECES_PER_SECOND;
          LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
        }
        if (!over) {
          String answer =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
          if (!answer.startsWith("HTTP/1.1 200")) {
            failures.incrementAndGet();
          }
        }
      } catch (IOException e) {
        failures.incrementAndGet();
      }
    }
  }

  /** Follows the live edge: the playlist each two seconds, and each new segment once. */
  private void read(MeasuredServer weir, HttpClient client, String stream) {
    Set<String> seen = new HashSet<>();
    while (!over) {
      LockSupport.parkNanos(2_000_000_000L);
      try {
        HttpResponse<String> playlist =
            client.send(
                HttpRequest.newBuilder(URI.create(weir.url(stream + "/hls/video.m3u8"))).build(),
                HttpResponse.BodyHandlers.ofString());
        if (playlist.statusCode() == 404) {
          continue;
        }
        for (Playlist.Entry entry : Playlist.parse(playlist.body()).entries()) {
          if (seen.add(entry.uri()) && !over) {
            HttpResponse<byte[]> segment =
                client.send(
                    HttpRequest.newBuilder(URI.create(weir.url(stream + "/hls/" + entry.uri())))
                        .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            readBytes.addAndGet(segment.body().length);
            if (segment.statusCode() != 200) {
              failures.incrementAndGet();
            }
          }
        }
      } catch (IOException e) {
        if (!over) {
          failures.incrementAndGet();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
