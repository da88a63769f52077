// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * What an acknowledgement costs. Producers push as fast as they are let: what was acknowledged as
 * persisted in a while, beside a loop that appends the same bytes and forces them. Then they push
 * in real time: the time from a fragment's last byte to its {@code persisted}, beside such a loop
 * at the same pace. Both in turn, round by round.
 */
final class PersistBench {

  private static final List<Integer> PRODUCERS = List.of(1, 10, 100, 500);
  private static final List<Integer> PARALLEL = List.of(1, 2, 4, 8, 16, 32, 64);

  /** So long that more is written than the page cache holds. */
  private static final int WARM_UP_MILLIS = 6000;

  private static final int DISK_WARM_UP_MILLIS = 3000;
  private static final int MEASURED_MILLIS = 4000;
  private static final int PACED_WARM_UP_MILLIS = 3000;
  private static final int PACED_MILLIS = 16_000;

  /** So long the Java machine compiles what it runs, and takes a core for it. */
  private static final int COMPILED_MILLIS = 30_000;

  private static final int COMPILED_PRODUCERS = 100;

  private final int rounds;
  private final HttpClient client = HttpClient.newHttpClient();

  PersistBench(int rounds) {
    this.rounds = rounds;
  }

  void run(Path folder) throws IOException, InterruptedException {
    var body = new FragmentedBody(Files.readAllBytes(BenchMedia.make(folder, "2M")));
    System.out.println(
        "persist: " + body.fragments() + " fragments a push, " + body.length() + " bytes");
    var disk = new DiskLoop(folder, body);
    var figures = new Figures();
    try (var _ = new FullMemory(folder);
        var weir = MeasuredServer.weirWith(folder, "-Xmx2g")) {
      int parallel = bestParallel(disk);
      push(
          weir,
          body,
          COMPILED_PRODUCERS,
          (size, elapsed) -> {},
          (producer, seed) -> producer.flatOut(),
          () -> LockSupport.parkNanos(COMPILED_MILLIS * 1_000_000L));
      for (int producers : PRODUCERS) {
        for (int round = 0; round < rounds; round++) {
          String of = producers + " producers, ";
          figures.add(
              of + "disk MB/s",
              disk.bytesPerSecond(parallel, DISK_WARM_UP_MILLIS, MEASURED_MILLIS) / 1_000_000);
          flatOut(weir, body, producers, of, figures);
          Latencies forces =
              disk.paced(producers, Pace.REAL_TIME, PACED_WARM_UP_MILLIS + PACED_MILLIS);
          figures.add(of + "real time, disk median ms", forces.medianMillis());
          figures.add(of + "real time, disk p99 ms", forces.p99Millis());
          paced(weir, body, producers, of, figures);
        }
      }
      System.out.println("disk: best with " + parallel + " threads");
    }
    figures.print();
    for (int producers : PRODUCERS) {
      String of = producers + " producers, ";
      figures.printRatio(of + "MB/s, weir : disk", of + "weir MB/s", of + "disk MB/s");
      figures.printRatio(
          of + "p99, weir : disk", of + "real time, weir p99 ms", of + "real time, disk p99 ms");
    }
  }

  private static int bestParallel(DiskLoop disk) throws InterruptedException {
    int best = 0;
    double most = 0;
    for (int threads : PARALLEL) {
      double speed = disk.bytesPerSecond(threads, DISK_WARM_UP_MILLIS, DISK_WARM_UP_MILLIS);
      if (speed > most) {
        most = speed;
        best = threads;
      }
    }
    return best;
  }

  private void flatOut(
      MeasuredServer weir, FragmentedBody body, int producers, String of, Figures figures)
      throws IOException, InterruptedException {
    var counting = new AtomicBoolean();
    var bytes = new AtomicLong();
    var acks = new AtomicLong();
    double[] measured = new double[2];
    push(
        weir,
        body,
        producers,
        (size, elapsed) -> {
          if (counting.get()) {
            bytes.addAndGet(size);
            acks.incrementAndGet();
          }
        },
        (producer, seed) -> producer.flatOut(),
        () -> {
          LockSupport.parkNanos(WARM_UP_MILLIS * 1_000_000L);
          double cpu = weir.cpuSeconds();
          long from = System.nanoTime();
          counting.set(true);
          LockSupport.parkNanos(MEASURED_MILLIS * 1_000_000L);
          counting.set(false);
          measured[0] = (System.nanoTime() - from) / 1e9;
          measured[1] = weir.cpuSeconds() - cpu;
        });
    figures.add(of + "weir MB/s", bytes.get() / 1e6 / measured[0]);
    figures.add(of + "weir acks/s", acks.get() / measured[0]);
    figures.add(of + "weir cores busy", measured[1] / measured[0]);
  }

  private void paced(
      MeasuredServer weir, FragmentedBody body, int producers, String of, Figures figures)
      throws IOException, InterruptedException {
    var counting = new AtomicBoolean();
    var latencies = new Latencies();
    push(
        weir,
        body,
        producers,
        (size, elapsed) -> {
          if (counting.get()) {
            latencies.add(elapsed);
          }
        },
        (producer, seed) -> producer.paced(Pace.REAL_TIME, seed),
        () -> {
          LockSupport.parkNanos(PACED_WARM_UP_MILLIS * 1_000_000L);
          counting.set(true);
          LockSupport.parkNanos(PACED_MILLIS * 1_000_000L);
          counting.set(false);
        });
    figures.add(of + "real time, weir median ms", latencies.medianMillis());
    figures.add(of + "real time, weir p99 ms", latencies.p99Millis());
  }

  /** Runs producers while something is measured, then removes what they pushed. */
  private void push(
      MeasuredServer weir,
      FragmentedBody body,
      int count,
      PersistProducer.Heard heard,
      BiConsumer<PersistProducer, Long> produce,
      Runnable measure)
      throws IOException, InterruptedException {
    var producers = new ArrayList<PersistProducer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      var producer = new PersistProducer(weir, "cam-" + i, body, heard);
      long seed = i;
      producers.add(producer);
      threads.add(Thread.ofVirtual().start(() -> produce.accept(producer, seed)));
    }
    measure.run();
    producers.forEach(PersistProducer::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    producers.forEach(PersistProducer::checkNothingFailed);
    for (int i = 0; i < count; i++) {
      var delete =
          HttpRequest.newBuilder(URI.create(weir.url("/v1/streams/cam-" + i))).DELETE().build();
      client.send(delete, HttpResponse.BodyHandlers.discarding());
    }
  }
}
