// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import dev.weir.testing.ServerProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed over and over while its receiver fails, hangs, hangs up and is restarted:
 * every picture that is due arrives, in order; how many came twice is printed.
 */
final class HookKillIT {

  private static final int KILLS = Integer.getInteger("weir.kills", 20);
  private static final long SEED = Long.getLong("weir.kill.seed", 20261126);
  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Of 8 s, a picture each half second. */
  private static final int DUE_A_PUSH = 16;

  @TempDir Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void everyPictureDueArrivesInOrderThroughKills() throws Exception {
    var random = new Random(SEED);
    var never = new CountDownLatch(1);
    try (var receiver = new HookReceiver()) {
      ServerProgram server =
          ServerProgram.start(folder.resolve("data"), folder.resolve("log"), List.of());
      try {
        String hook =
            """
            {"streams":"cam","on":"frame","every":"500ms","width":320,"url":"%s","giveUp":"1d"}\
            """
                .formatted(receiver.url());
        assertThat(
                send(
                    HttpRequest.newBuilder(URI.create(server.url() + "/v1/hooks/eye"))
                        .PUT(HttpRequest.BodyPublishers.ofString(hook))))
            .isEqualTo(201);
        for (int kill = 0; kill < KILLS; kill++) {
          receiver.behave(delivery -> misbehave(random, never));
          push(server, kill);
          int wanted = receiver.taken().size() + random.nextInt(2 * DUE_A_PUSH);
          Eventually.holds(
              "some deliveries",
              Duration.ofMinutes(1),
              () ->
                  receiver.taken().size() >= wanted
                      || distinct(receiver.taken()) >= receiver.taken().size());
          if (kill % 4 == 3) {
            receiver.stop();
          }
          server.kill();
          if (kill % 4 == 3) {
            receiver.restart();
          }
          server = ServerProgram.start(folder.resolve("data"), folder.resolve("log"), List.of());
        }
        receiver.behave(delivery -> 204);
        never.countDown();
        long due = (long) KILLS * DUE_A_PUSH;
        Eventually.holds(
            due + " pictures", Duration.ofMinutes(2), () -> distinct(receiver.taken()) >= due);
        assertComplete(receiver.taken(), due);
      } finally {
        server.kill();
      }
    }
  }

  private void push(ServerProgram server, int number) throws IOException, InterruptedException {
    String query = "?timecodes=relative&start=" + START.plusSeconds(8L * number);
    assertThat(
            send(
                HttpRequest.newBuilder(URI.create(server.url() + "/v1/streams/cam/media" + query))
                    .POST(HttpRequest.BodyPublishers.ofFile(SAMPLE))))
        .isEqualTo(200);
  }

  private static int misbehave(Random random, CountDownLatch never) {
    int what;
    synchronized (random) {
      what = random.nextInt(12);
    }
    if (what == 0) {
      return 500;
    } else if (what == 1) {
      return HookReceiver.HANG_UP;
    } else if (what == 2) {
      try {
        // Longer than any kill is away, shorter than the server's patience.
        var _ = never.await(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return HookReceiver.HANG_UP;
    }
    return 204;
  }

  private static long distinct(List<Delivery> taken) {
    return taken.stream().mapToLong(Delivery::sequence).distinct().count();
  }

  private static void assertComplete(List<Delivery> taken, long due) {
    Map<Long, String> first = new LinkedHashMap<>();
    long repeats = 0;
    for (Delivery each : taken) {
      String known = first.putIfAbsent(each.sequence(), each.header("Weir-Time"));
      if (known != null) {
        repeats++;
        // The same number is the same picture, however often it comes.
        assertThat(each.header("Weir-Time")).isEqualTo(known);
      }
    }
    assertThat(first.keySet())
        .as("seed %d", SEED)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, due).boxed().toList());
    assertThat(List.copyOf(first.values())).isSorted().doesNotHaveDuplicates();
    System.out.printf("%d pictures due, all arrived in order; %d repeats%n", due, repeats);
  }
}
