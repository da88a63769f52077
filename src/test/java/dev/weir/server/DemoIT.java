// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/demo}, as a newcomer runs it. */
final class DemoIT {

  private static final Pattern CONSOLE =
      Pattern.compile("console +(http://127\\.0\\.0\\.1:[0-9]+)/");
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private Program demo(String listen) {
    // A test that runs in the background may have inherited that SIGINT is ignored, which a shell
    // can't undo.
    return Program.start(
        List.of(
            "env",
            "--default-signal=INT",
            "scripts/demo",
            "--listen",
            listen,
            "--data",
            folder.resolve("data").toString()));
  }

  private HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String awaitConsole(Program demo) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end && demo.process().isAlive()) {
      Matcher said = CONSOLE.matcher(demo.output());
      if (said.find()) {
        return said.group(1);
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("no console: " + demo.output() + demo.errors());
  }

  private JsonNode awaitFragments(String stream, int count)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      HttpResponse<byte[]> answer = get(stream + "/fragments");
      if (answer.statusCode() == 200) {
        JsonNode items = new ObjectMapper().readTree(answer.body()).get("items");
        if (items.size() >= count) {
          return items;
        }
      }
      LockSupport.parkNanos(100_000_000);
    }
    throw new AssertionError("not " + count + " fragments within the time");
  }

  @Test
  void videoIsRecordedClippedAndPicturedUntilInterrupted()
      throws IOException, InterruptedException {
    try (Program demo = demo("127.0.0.1:0")) {
      String url = awaitConsole(demo);
      assertThat(new String(get(url + "/").body(), StandardCharsets.UTF_8)).contains("Weir");
      String stream = url + "/v1/streams/demo";
      // The sample has four: the fifth is of the second time round.
      JsonNode fragments = awaitFragments(stream, 5);
      assertThat(fragments.findValuesAsText("run").stream().distinct()).hasSize(1);
      String from = fragments.get(0).get("producerTime").asText();
      String to = fragments.get(2).get("producerTime").asText();
      HttpResponse<byte[]> clip = get(stream + "/clip.mp4?from=" + from + "&to=" + to);
      assertThat(clip.statusCode()).isEqualTo(200);
      assertThat(clip.body()).hasSizeGreaterThan(50_000);
      HttpResponse<byte[]> picture = get(stream + "/frame.jpg?at=latest");
      assertThat(picture.statusCode()).isEqualTo(200);
      assertThat(picture.body()).startsWith(0xff, 0xd8);
      JsonNode timeline = new ObjectMapper().readTree(get(stream + "/timeline").body());
      assertThat(timeline.get("ranges")).hasSize(1);
      assertThat(timeline.get("gaps")).isEmpty();

      List<ProcessHandle> started = demo.process().descendants().toList();
      // The server, its decoder, and the producer.
      assertThat(started)
          .filteredOn(each -> each.info().command().orElse("").endsWith("/java"))
          .hasSize(3);
      Program.run("kill", "-INT", Long.toString(demo.process().pid()));
      assertThat(demo.await(30)).as(demo.errors()).isZero();
      assertThat(started).noneMatch(ProcessHandle::isAlive);
      assertThat(demo.errors()).doesNotContain("weir push:", "WARN", "ERROR");
    }
    // Nothing was cut off: all files are sealed, all records whole.
    assertThat(Program.run("scripts/weir", "check", "--data", folder.resolve("data").toString()))
        .contains(" 0 failures");
  }

  @Test
  void aTakenPortIsSaidInWordsWithTheOptionThatTakesAnother() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program demo = demo("127.0.0.1:" + taken.getLocalPort())) {
      assertThat(demo.await(60)).isEqualTo(1);
      assertThat(demo.errors())
          .contains("another program listens on 127.0.0.1:" + taken.getLocalPort())
          .contains("scripts/demo --listen 127.0.0.1:9000");
      assertThat(demo.output()).isEmpty();
    }
  }
}
