// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.CommandRun;
import dev.weir.testing.ServerProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of Kinesis Video Streams may, as the command line says. */
final class ServeQuotasIT {

  private static final Path SAMPLE = Path.of("media-samples", "h264-aac.mkv");
  private static final long FROM_SECONDS = Instant.parse("2026-02-03T04:05:06Z").getEpochSecond();
  private static final int TWO_DAYS_SECONDS = 2 * 24 * 3600;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void theServiceOfAmazonGrantsPicturesOfFiveMinutesAndSessionsOfTwelveHours()
      throws IOException, InterruptedException {
    try (ServerProgram server = serve("--kvs-quotas", "aws")) {
      assertThat(pictures(server, 300)).isEqualTo(200);
      assertThat(pictures(server, 301)).isEqualTo(400);
      assertThat(session(server, 12 * 3600)).isEqualTo(200);
      assertThat(session(server, 12 * 3600 + 1)).isEqualTo(400);
    }
  }

  @Test
  void sessionsLastAsLongAsIsSaid() throws IOException, InterruptedException {
    try (ServerProgram server = serve("--kvs-longest-session", "2d")) {
      assertThat(pictures(server, 301)).isEqualTo(200);
      assertThat(session(server, TWO_DAYS_SECONDS)).isEqualTo(200);
      assertThat(session(server, TWO_DAYS_SECONDS + 1)).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"299s", "long"})
  void whatIsNoTimeForASessionIsAWrongUse(String time) {
    CommandRun run =
        CommandRun.of(
            "serve", "--data", folder.resolve("data").toString(), "--kvs-longest-session", time);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains("--kvs-longest-session", time);
  }

  @ParameterizedTest
  @CsvSource({
    "--kvs-longest-push, -1s",
    "--kvs-longest-push, long",
    "--kvs-longest-trickle, 0",
    "--kvs-longest-trickle, 999ms"
  })
  void whatIsNoTimeForAPushIsAWrongUse(String option, String time) {
    CommandRun run =
        CommandRun.of("serve", "--data", folder.resolve("data").toString(), option, time);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).contains(option, time);
  }

  private ServerProgram serve(String... options) throws IOException, InterruptedException {
    ServerProgram server =
        ServerProgram.start(folder.resolve("data"), folder.resolve("log"), List.of(), options);
    String stream = server.url() + "/v1/streams/cam";
    HttpRequest.Builder settings =
        HttpRequest.newBuilder(URI.create(stream))
            .PUT(BodyPublishers.ofString("{\"retention\":\"1d\"}"));
    assertThat(send(settings)).isBetween(200, 201);
    String start = Instant.ofEpochSecond(FROM_SECONDS).toString();
    HttpRequest.Builder media =
        HttpRequest.newBuilder(URI.create(stream + "/media?timecodes=relative&start=" + start))
            .POST(BodyPublishers.ofFile(SAMPLE));
    assertThat(send(media)).isEqualTo(200);
    return server;
  }

  private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private int call(ServerProgram server, String operation, String input)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(server.url() + "/" + operation))
            .POST(BodyPublishers.ofString(input)));
  }

  private int pictures(ServerProgram server, int seconds) throws IOException, InterruptedException {
    return call(
        server,
        "getImages",
        """
        {"StreamName": "cam", "ImageSelectorType": "PRODUCER_TIMESTAMP", "Format": "JPEG",
         "StartTimestamp": %d, "EndTimestamp": %d, "SamplingInterval": 60000}
        """
            .formatted(FROM_SECONDS, FROM_SECONDS + seconds));
  }

  private int session(ServerProgram server, int seconds) throws IOException, InterruptedException {
    return call(
        server,
        "getHLSStreamingSessionURL",
        """
        {"StreamName": "cam", "PlaybackMode": "ON_DEMAND", "Expires": %d,
         "HLSFragmentSelector": {"FragmentSelectorType": "PRODUCER_TIMESTAMP",
           "TimestampRange": {"StartTimestamp": %d, "EndTimestamp": %d}}}
        """
            .formatted(seconds, FROM_SECONDS, FROM_SECONDS + 60));
  }
}
