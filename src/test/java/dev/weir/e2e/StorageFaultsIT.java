// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.archive.Archives;
import dev.weir.archive.DiskArchive;
import dev.weir.archive.FaultyDisk;
import dev.weir.server.ServerOptions;
import dev.weir.server.WeirServer;
import dev.weir.store.RealDisk;
import dev.weir.store.StoreOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are slow or say no, under a whole server and its producers. */
final class StorageFaultsIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final long IN_FLIGHT_BYTES = 2 << 20;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  /** A server on a disk that does what it is told. */
  private final class Faulty implements AutoCloseable {
    final FaultyDisk disk = new FaultyDisk(RealDisk.at(folder));
    final DiskArchive archive =
        Archives.open(
            Map.of("disk", disk),
            new StoreOptions(4, 64 << 20, Long.MAX_VALUE / 4, 0, IN_FLIGHT_BYTES));
    final WeirServer server =
        WeirServer.start(
            ServerOptions.of(RunningWeir.ANY_PORT, folder), archive, InstantSource.system());

    String url(String path) {
      return "http://127.0.0.1:" + server.port() + path;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
      return client.send(
          HttpRequest.newBuilder(URI.create(url(path))).build(),
          HttpResponse.BodyHandlers.ofString());
    }

    /** What is said of the stream; empty while there is none. */
    String stream() {
      try {
        return get("/v1/streams/cam").body();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    HttpResponse<String> push(String stream, byte[] media)
        throws IOException, InterruptedException {
      return client.send(
          HttpRequest.newBuilder(URI.create(url("/v1/streams/" + stream + "/media")))
              .POST(HttpRequest.BodyPublishers.ofByteArray(media))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static List<HttpResponse<String>> atOnce(
      int count, java.util.function.IntFunction<Callable<HttpResponse<String>>> push)
      throws Exception {
    var answers = new ArrayList<HttpResponse<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<HttpResponse<String>>>();
      for (int i = 0; i < count; i++) {
        running.add(threads.submit(push.apply(i)));
      }
      for (Future<HttpResponse<String>> each : running) {
        answers.add(each.get());
      }
    }
    return answers;
  }

  @Test
  void aStreamIsLiveUntilItsLastFragmentIsThere() throws Exception {
    byte[] media = Files.readAllBytes(SAMPLE);
    try (var weir = new Faulty();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      weir.disk.forceTakes(500_000_000);
      Future<HttpResponse<String>> push = threads.submit(() -> weir.push("cam", media));
      Eventually.holds("live", () -> weir.stream().contains("\"live\":true"));
      Eventually.holds(
          "over",
          () -> {
            String stream = weir.stream();
            boolean live = stream.contains("\"live\":true");
            assertThat(live || stream.contains("\"fragments\":4")).as(stream).isTrue();
            return !live;
          });
      assertThat(push.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void slowForcesSlowTheAcksAndLoseNothing() throws Exception {
    byte[] media = Files.readAllBytes(SAMPLE);
    for (long forceMillis : new long[] {200, 2000}) {
      try (var weir = new Faulty()) {
        weir.disk.forceTakes(forceMillis * 1_000_000);
        String prefix = "cam-" + forceMillis + "-";
        for (HttpResponse<String> answer : atOnce(8, i -> () -> weir.push(prefix + i, media))) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          assertThat(answer.body()).contains("\"fragments\":4,\"persisted\":4");
        }
        Frames.video(weir.url("/v1/streams/" + prefix + "0/clip.mkv?from=0"))
            .assertSameAs(Frames.video(SAMPLE.toString()), 1_000_000);
        // Four fragments of a push that comes at once share their forces: group commit.
        assertThat(weir.disk.forces()).isLessThanOrEqualTo(8 * 4 + 16);
      }
    }
  }

  @Test
  void aSlowDiskSlowsProducersAndWhatWaitsIsBounded() throws Exception {
    // The sample again and again, each time an EBML document of its own in one body.
    var body = new ByteArrayOutputStream();
    byte[] media = Files.readAllBytes(SAMPLE);
    while (body.size() < 6 << 20) {
      body.write(media);
    }
    try (var weir = new Faulty()) {
      weir.disk.writesPerSecond(2 << 20);
      long start = System.nanoTime();
      var watching = new Watcher(weir.archive);
      Thread watcher = Thread.ofPlatform().start(watching);
      HttpResponse<String> answer = weir.push("cam", body.toByteArray());
      watching.over = true;
      watcher.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      int fragments = 4 * (body.size() / media.length);
      assertThat(answer.body())
          .contains("\"fragments\":" + fragments + ",\"persisted\":" + fragments);
      assertThat(System.nanoTime() - start).as("as slow as the disk").isGreaterThan(2_000_000_000);
      assertThat(watching.most).isLessThan(2 * IN_FLIGHT_BYTES);
      assertThat(weir.archive.check().failures()).isEmpty();
    }
  }

  /** Looks how much waits for the disk, all the time. */
  private static final class Watcher implements Runnable {
    private final DiskArchive archive;
    private volatile boolean over;
    private long most;

    Watcher(DiskArchive archive) {
      this.archive = archive;
    }

    @Override
    public void run() {
      while (!over) {
        most = Math.max(most, archive.bytesInFlight());
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void aReadOnlyDiskRefusesPushesPlaysOnAndTakesThemAgain() throws Exception {
    byte[] media = Files.readAllBytes(SAMPLE);
    try (var weir = new Faulty()) {
      assertThat(weir.push("cam", media).statusCode()).isEqualTo(200);
      weir.disk.readOnly(true);
      HttpResponse<String> refused = weir.push("cam", media);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.body()).contains("Read-only file system");
      Frames.video(weir.url("/v1/streams/cam/clip.mkv?from=0"))
          .assertSameAs(Frames.video(SAMPLE.toString()), 1_000_000);
      weir.disk.readOnly(false);
      assertThat(weir.push("cam", media).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatCanNotBeReadIsAnErrorAndTheRestPlays() throws Exception {
    try (var weir = new Faulty()) {
      assertThat(weir.push("cam", Files.readAllBytes(SAMPLE)).statusCode()).isEqualTo(200);
      weir.disk.readsFail(true);
      HttpResponse<String> frame = weir.get("/v1/streams/cam/frame.mp4?at=latest");
      assertThat(frame.statusCode()).as(frame.body()).isEqualTo(503);
      assertThat(frame.body()).contains("Input/output error");
      weir.disk.readsFail(false);
      assertThat(weir.get("/v1/streams/cam/frame.mp4?at=latest").statusCode()).isEqualTo(200);
      assertThat(weir.get("/healthz").statusCode()).isEqualTo(200);
    }
  }
}
