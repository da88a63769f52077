// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the timeline says of media that is missing since the server was not there. */
final class OutageIT {

  private static final Path SOURCE = Path.of("media-samples/h264-aac.mkv");
  private static final Duration LENGTH = Duration.ofSeconds(8);
  private final Instant began = Instant.now().minus(LENGTH);

  @TempDir Path folder;

  private static JsonNode gap(RunningWeir weir) {
    JsonNode gaps = weir.json("/v1/streams/cam/timeline").path("gaps");
    assertThat(gaps).as(gaps.toString()).hasSize(1);
    assertThat(gaps.get(0).path("reason").asText()).isEqualTo("source");
    return gaps.get(0);
  }

  /** Media that was made at that time, as of a camera. */
  private static void push(RunningWeir weir, Instant start) {
    assertThat(weir.push("cam", SOURCE, "?timecodes=relative&start=" + start).statusCode())
        .isEqualTo(200);
  }

  @Test
  void afterADeathTheGapSaysSo() throws IOException {
    Path copy = folder.resolve("copy");
    try (var weir = new RunningWeir(folder.resolve("data"))) {
      push(weir, began);
      // What a server that is killed now would leave.
      copy(folder.resolve("data"), copy);
    }
    try (var weir = new RunningWeir(copy)) {
      push(weir, began.plus(LENGTH).plusSeconds(1));
      assertThat(gap(weir).path("detail").asText())
          .startsWith("the server was not running: it had died, and it started at 20");
      weir.stop();
      weir.start();
      assertThat(gap(weir).path("detail").asText()).contains("it had died");
    }
  }

  @Test
  void afterAnOrderlyEndItSaysThatItMayBeTheReason() {
    try (var weir = new RunningWeir(folder.resolve("data"))) {
      push(weir, began);
      weir.stop();
      weir.start();
      push(weir, began.plus(LENGTH).plusSeconds(1));
      assertThat(gap(weir).path("detail").asText())
          .startsWith("nothing was sent, or the server was not running: it started at 20");
    }
  }

  @Test
  void whatIsOfAnotherTimeIsNotExplainedByARestart() {
    try (var weir = new RunningWeir(folder.resolve("data"))) {
      push(weir, began.minus(Duration.ofDays(2)));
      weir.stop();
      weir.start();
      push(weir, began);
      assertThat(gap(weir).path("detail").asText()).isEqualTo("nothing was sent");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path each : all) {
      Path target = to.resolve(from.relativize(each).toString());
      if (Files.isDirectory(each)) {
        Files.createDirectories(target);
      } else {
        Files.copy(each, target);
      }
    }
  }
}
