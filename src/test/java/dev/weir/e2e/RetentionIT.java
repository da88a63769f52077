// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Eventually;
import dev.weir.testing.Noise;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention by age, while the oldest file is being read and the newest is being written. */
final class RetentionIT {

  @TempDir Path folder;
  private RunningWeir weir;
  private List<String> old;
  private Path oldest;
  private Program producer;

  /** A recording in a file of its own, and a camera that pushes into another. */
  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
    assertThat(weir.push("cam", Noise.matroska(folder, 3)).statusCode()).isEqualTo(200);
    old = numbers();
    // A server that ends seals its files.
    weir.stop();
    weir.start();
    oldest = chunkFile();
    producer =
        Program.start(
            List.of(
                "ffmpeg",
                "-v",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                "media-samples/h264-aac.mp4",
                "-c",
                "copy",
                "-f",
                "matroska",
                "-live",
                "1",
                weir.url("/v1/streams/cam/media")));
    Eventually.holds("the camera is on", () -> numbers().size() > old.size());
  }

  @AfterEach
  void stop() {
    producer.close();
    weir.close();
  }

  private List<String> numbers() {
    return weir.json("/v1/streams/cam/fragments").path("items").findValuesAsText("number");
  }

  private Path chunkFile() {
    String id = weir.json("/v1/streams/cam").path("id").asText();
    try (Stream<Path> files = Files.list(folder.resolve("data/streams").resolve(id))) {
      return files.filter(each -> !each.toString().endsWith(".json")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts the limit and waits until it has been acted on. */
  private void keepForTwoSeconds() {
    assertThat(weir.put("/v1/streams/cam", "{\"retention\": \"2s\"}").statusCode()).isEqualTo(200);
    Eventually.holds(
        "the old recording is gone", () -> numbers().stream().noneMatch(old::contains));
  }

  private WireClient read(String path) {
    var client = new WireClient(weir, 16 << 10);
    client.sendHead("GET /v1/streams/cam/" + path + " HTTP/1.1", "Host: weir");
    return client;
  }

  /** What the camera pushed stays, however old, while its file is open. */
  private void assertTheOpenFileIsUntouched(String first) {
    assertThat(producer.process().isAlive()).as(producer.errors()).isTrue();
    assertThat(numbers()).contains(first);
    // A file's row goes after the file.
    Eventually.holds(
        "the invariants hold", () -> weir.server().archive().check().failures().isEmpty());
  }

  @Test
  void aClipThatIsBeingReadIsReadToItsEnd() {
    String pushed = numbers().get(old.size());
    String lastStart =
        weir.json("/v1/streams/cam/fragments")
            .path("items")
            .path(old.size() - 1)
            .path("producerTime")
            .asText();
    String path = "clip.mp4?from=0&to=" + lastStart;
    byte[] whole = weir.bytes("/v1/streams/cam/" + path);
    try (WireClient clip = read(path)) {
      int length = Integer.parseInt(clip.head().field("content-length"));
      keepForTwoSeconds();
      assertThat(oldest).as("held by its reader").exists();
      assertThat(clip.read(length)).isEqualTo(whole);
    }
    Eventually.holds("the file goes with its last reader", () -> !Files.exists(oldest));
    assertTheOpenFileIsUntouched(pushed);
  }

  @Test
  void anEndlessBodyEndsThePieceItIsInAndGoesOnWithWhatIsLeft() {
    String pushed = numbers().get(old.size());
    try (WireClient live = read("live.mkv?from=earliest")) {
      assertThat(live.head().status()).isEqualTo(200);
      keepForTwoSeconds();
      assertThat(oldest).as("held by its reader").exists();
      long bytes = 0;
      for (byte[] chunk = live.chunk(); chunk.length > 0; chunk = live.chunk()) {
        bytes += chunk.length;
      }
      // It had begun to send the first second; what is left has other tracks, which end it.
      assertThat(bytes).isGreaterThan(4_000_000);
      assertThat(live.rest()).isEmpty();
    }
    Eventually.holds("the file goes with its last reader", () -> !Files.exists(oldest));
    assertTheOpenFileIsUntouched(pushed);
  }
}
