// SPDX-License-Identifier: Apache-2.0
package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.hooks.Listening;
import dev.weir.hooks.SeenFragment;
import dev.weir.model.Conflict;
import dev.weir.testing.Eventually;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody in the server's own process sees pictures and fragments, and notes what he saw. */
final class MotionDetectorIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private void push(Path file, String start) {
    assertThat(weir.push("cam", file, "?timecodes=relative&start=" + start).statusCode())
        .isEqualTo(200);
  }

  private List<String> motion() {
    return weir.json("/v1/streams/cam/records?type=motion&limit=1000")
        .path("items")
        .findValuesAsText("time");
  }

  /** Four seconds of grey, then four in which something moves, then four of grey. */
  private Path scene() {
    Path file = folder.resolve("scene.mkv");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=320x180:r=25:d=4",
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=320x180:r=25:d=4",
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=320x180:r=25:d=4",
        "-filter_complex",
        "[1]format=yuv420p,hue=H=2*PI*t[m];[0][m][2]concat=n=3",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "50",
        "-bf",
        "0",
        file.toString());
    return file;
  }

  @Test
  void whatMovesIsNotedAndNothingElse() {
    push(SAMPLE, "2025-12-31T00:00:00Z");
    Listening watching = MotionDetector.watch(weir.server(), "cam");
    push(scene(), "2026-01-01T00:00:00Z");
    Eventually.holds("the end is seen", () -> motion().contains("2026-01-01T00:00:08.000Z"));
    assertThat(motion())
        .contains("2026-01-01T00:00:04.000Z")
        .allSatisfy(time ->
            assertThat(time).isBetween("2026-01-01T00:00:04.000Z", "2026-01-01T00:00:08.000Z"))
        .hasSizeBetween(2, 9);
    JsonNode hit =
        weir.json("/v1/streams/cam/records?type=motion&where=difference%3E=4").at("/items/0");
    assertThat(hit.at("/playable/from").asText()).isEqualTo("2026-01-01T00:00:00.000Z");
    assertThat(weir.json("/v1/hooks/motion").path("url").asText()).isEqualTo("process:motion");
    assertThat(weir.delete("/v1/hooks/motion").statusCode()).isEqualTo(409);
    watching.close();
    assertThat(weir.get("/v1/hooks/motion").statusCode()).isEqualTo(404);
  }

  @Test
  void aListenerThatFailsIsGivenTheSameAgainAndGoesOnAfterARestart() {
    List<SeenFragment> seen = Collections.synchronizedList(new ArrayList<>());
    var calls = new AtomicInteger();
    Listening first =
        weir.server()
            .hooks()
            .listen(
                "counting",
                "cam",
                fragment -> {
                  if (calls.incrementAndGet() % 2 == 1) {
                    throw new IOException("not now");
                  }
                  seen.add(fragment);
                });
    assertThatThrownBy(() -> weir.server().hooks().listen("counting", "*", seen::add))
        .isInstanceOf(Conflict.class);
    push(SAMPLE, "2026-01-01T00:00:00Z");
    Eventually.holds("four fragments", () -> seen.size() == 4);
    assertThat(seen.getFirst().duration())
        .isBetween(Duration.ofMillis(1900), Duration.ofMillis(2100));
    assertThat(weir.json("/v1/hooks/counting/deliveries").toString())
        .contains("java.io.IOException: not now", "taken");
    first.close();
    push(SAMPLE, "2026-01-01T00:01:00Z");
    weir.stop();
    weir.start();
    Listening second = weir.server().hooks().listen("counting", "cam", seen::add);
    push(SAMPLE, "2026-01-01T00:02:00Z");
    Eventually.holds("twelve fragments", () -> seen.size() == 12);
    assertThat(seen.stream().map(SeenFragment::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
    second.close();
  }

  @Test
  void aListenerThatHangsHoldsUpNobodyElse() {
    var never = new CountDownLatch(1);
    Listening hanging = weir.server().hooks().listen("hanging", "*", fragment -> never.await());
    List<SeenFragment> seen = Collections.synchronizedList(new ArrayList<>());
    Listening listening = weir.server().hooks().listen("listening", "*", seen::add);
    push(SAMPLE, "2026-01-01T00:00:00Z");
    Eventually.holds("four fragments", () -> seen.size() == 4);
    never.countDown();
    hanging.close();
    listening.close();
  }

  @Test
  void theGuideShowsWhatRunsHere() throws IOException {
    String guide = Files.readString(Path.of("src/site/markdown/guide/hooks.md"));
    String example =
        Files.readString(Path.of("src/test/java/dev/weir/examples/MotionDetector.java"));
    int begin = guide.indexOf("```java\n") + 8;
    String shown = guide.substring(begin, guide.indexOf("```", begin));
    assertThat(shown.lines())
        .hasSizeGreaterThan(10)
        .allSatisfy(line -> assertThat(example.lines().map(String::strip)).contains(line.strip()));
  }

  @Test
  void recordsMayMakeAStream() {
    weir.server()
        .addRecord("door", Instant.EPOCH, Duration.ofSeconds(1), "open", Map.of("by", "hand"));
    assertThat(weir.json("/v1/streams/door/records").at("/items/0/by").asText()).isEqualTo("hand");
    assertThat(weir.get("/v1/streams/door/records").body()).contains("\"durationMs\":1000");
  }
}
