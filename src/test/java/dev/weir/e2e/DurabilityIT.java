// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a producer is told by the durability that its stream asks for, and what is there afterwards.
 */
final class DurabilityIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private String pushed(String durability) {
    assertThat(weir.put("/v1/streams/cam", "{\"durability\":\"" + durability + "\"}").statusCode())
        .isEqualTo(201);
    HttpResponse<String> answer = weir.push("cam", SAMPLE, "?acks=stream");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private void plays() {
    Frames.video(weir.url("/v1/streams/cam/clip.mkv?from=0"))
        .assertSameAs(Frames.video(SAMPLE.toString()), 1_000_000);
  }

  @Test
  void whatIsForcedIsPersisted() {
    assertThat(pushed("fsync")).contains("\"event\":\"persisted\"").doesNotContain("stored");
    weir.stop();
    weir.start();
    plays();
  }

  @Test
  void whatIsWrittenIsStoredAndNeverCalledPersisted() {
    assertThat(pushed("written"))
        .contains("\"event\":\"stored\"")
        .contains("\"level\":\"written\"")
        .doesNotContain("persisted");
    assertThat(weir.push("cam", SAMPLE).body()).contains("\"persisted\":0,\"stored\":4");
    weir.stop();
    weir.start();
    assertThat(weir.get("/v1/streams/cam").body()).contains("\"fragments\":8");
  }

  @Test
  void whatIsInMemoryPlaysAndEndsWithTheServer() {
    assertThat(pushed("memory")).contains("\"level\":\"memory\"").doesNotContain("persisted");
    plays();
    assertThat(weir.get("/v1/streams/cam/hls/index.m3u8").statusCode()).isEqualTo(200);
    assertThat(weir.put("/v1/streams/cam", "{\"durability\":\"fsync\"}").statusCode())
        .as("a stream with media does not move")
        .isEqualTo(409);
    weir.stop();
    weir.start();
    assertThat(weir.get("/v1/streams/cam").body())
        .contains("\"durability\":\"memory\"")
        .contains("\"fragments\":0");
  }

  @Test
  void mediaInMemoryCannotBeHeldAndTheAnswerSaysWhy() {
    pushed("memory");
    String hold = "{\"from\":\"2026-01-31T08:00:00Z\",\"to\":\"2026-01-31T09:00:00Z\"}";
    HttpResponse<String> answer = weir.put("/v1/streams/cam/holds/h", hold);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("media in memory can't be held").contains("durability");
  }
}
