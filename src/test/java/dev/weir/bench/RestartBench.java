// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.DiskArchive;
import dev.weir.control.Retention;
import dev.weir.control.Streams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How soon a server that was killed under its producers serves again, with years of recordings on
 * its disk: from the start of its process until it says that it is ready, has answered a playlist
 * of old media, and has persisted a push. Also without its catalog, and what one look of retention
 * costs there.
 */
final class RestartBench {

  private static final int ROUNDS = 3;
  private static final int PRODUCERS = 10;
  private static final Duration RETENTION = Duration.ofDays(3650);
  private static final long PUSHED_NANOS = 5_000_000_000L;

  private final int files;
  private final HttpClient client = HttpClient.newHttpClient();

  RestartBench(int files) {
    this.files = files;
  }

  void run(Path folder) throws IOException, InterruptedException, ExecutionException {
    Path data = folder.resolve("weir-data");
    long start = System.nanoTime();
    FilledArchive.fill(data, files, RETENTION);
    System.out.printf(
        "restart: %d chunk files with %d fragments, made in %d s, %d MB%n",
        files,
        (long) files * FilledArchive.FRAGMENTS_A_FILE,
        (System.nanoTime() - start) / 1_000_000_000,
        bytes(data) / 1_000_000);
    var body = new FragmentedBody(Files.readAllBytes(BenchMedia.make(folder, "2M")));
    var figures = new Figures();
    killUnderProducers(folder, body);
    for (int round = 0; round < ROUNDS; round++) {
      restart(folder, body, "", figures);
    }
    Files.delete(data.resolve("catalog.mv.db"));
    restart(folder, body, "without its catalog, ", figures);
    retention(data, figures);
    figures.print();
  }

  private static long bytes(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void killUnderProducers(Path folder, FragmentedBody body) throws InterruptedException {
    try (var weir = MeasuredServer.weir(folder)) {
      pushThenKill(weir, body);
    }
  }

  private static void pushThenKill(MeasuredServer weir, FragmentedBody body)
      throws InterruptedException {
    var producers = new ArrayList<PersistProducer>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < PRODUCERS; i++) {
      var producer = new PersistProducer(weir, "cam-" + i, body, (bytes, elapsed) -> {});
      long seed = i;
      producers.add(producer);
      threads.add(Thread.ofVirtual().start(() -> producer.paced(Pace.REAL_TIME, seed)));
    }
    LockSupport.parkNanos(PUSHED_NANOS);
    producers.forEach(PersistProducer::stop);
    weir.kill();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void restart(Path folder, FragmentedBody body, String how, Figures figures)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (var weir = MeasuredServer.weir(folder)) {
      figures.add(how + "listens, s", seconds(start));
      expect200(weir, "/readyz");
      figures.add(how + "ready, s", seconds(start));
      expect200(weir, "/v1/streams/cam-0/hls/index.m3u8?window=1h");
      figures.add(how + "first playlist, s", seconds(start));
      var persisted = new AtomicLong();
      var producer =
          new PersistProducer(
              weir,
              "cam-1",
              body,
              (bytes, elapsed) -> persisted.compareAndSet(0, System.nanoTime() - start));
      producer.once();
      producer.checkNothingFailed();
      figures.add(how + "first persisted, s", persisted.get() / 1e9);
      pushThenKill(weir, body);
    }
  }

  private void expect200(MeasuredServer weir, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(weir.url(path))).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  /** What retention does each ten seconds when nothing has to go. */
  private void retention(Path data, Figures figures) {
    InstantSource clock = InstantSource.system();
    try (var archive = DiskArchive.open(ArchiveOptions.of(data), clock)) {
      var streams = new Streams(archive, clock);
      var retention = new Retention(archive, streams, clock, 0);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        long bytes = retention.run();
        figures.add("one look of retention, s", seconds(start));
        if (bytes > 0) {
          throw new IllegalStateException(bytes + " bytes were deleted");
        }
      }
    }
  }
}
