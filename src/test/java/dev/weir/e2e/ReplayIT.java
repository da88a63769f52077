// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.Frames;
import dev.weir.testing.Playlist;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Media that is sent again is stored again, and played once. */
final class ReplayIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final String AT = "?timecodes=relative&start=2026-11-01T10:00:00Z";
  private static final String LATER = "?timecodes=relative&start=2026-11-01T11:00:00Z";

  /** The hour in which the sample was sent and sent again. */
  private static final String HOUR = "from=2026-11-01T10:00:00Z&to=2026-11-01T10:30:00Z";

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

  @Test
  void whatIsPushedTwiceIsListedTwiceAndPlaysOnce() {
    weir.push("cam", SAMPLE, AT);
    List<JsonNode> first = fragments("");
    String playlist = playlist();
    weir.push("cam", SAMPLE, AT);

    assertPlaysOnce();
    assertThat(segments(playlist())).isEqualTo(segments(playlist));
    List<JsonNode> all = fragments("");
    assertThat(all).hasSize(2 * first.size());
    assertThat(originals(all)).containsExactlyElementsOf(numbers(first));
    assertThat(numbers(fragments("&clock=server")))
        .containsExactlyInAnyOrderElementsOf(numbers(all));
  }

  @Test
  void aReplayIsKnownAfterARestartAndWithoutTheCatalog() throws IOException {
    weir.push("cam", SAMPLE, AT);
    List<JsonNode> first = fragments("");
    weir.stop();
    weir.start();
    weir.push("cam", SAMPLE, AT);
    assertThat(originals(fragments(""))).containsExactlyElementsOf(numbers(first));
    assertPlaysOnce();

    weir.stop();
    Files.delete(folder.resolve("data/catalog.mv.db"));
    weir.start();
    assertThat(originals(fragments(""))).containsExactlyElementsOf(numbers(first));
    assertPlaysOnce();
    weir.push("cam", SAMPLE, AT);
    assertThat(originals(fragments(""))).hasSize(2 * first.size());
    assertThat(originals(fragments("")).stream().distinct())
        .containsExactlyElementsOf(numbers(first));
    assertPlaysOnce();
  }

  @Test
  void ofTwoThatComeAtOnceOneIsTheReplay() throws ExecutionException, InterruptedException {
    weir.push("cam", SAMPLE, LATER);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var pushes = new ArrayList<Future<?>>();
      for (int i = 0; i < 4; i++) {
        pushes.add(threads.submit(() -> weir.push("cam", SAMPLE, AT)));
      }
      for (Future<?> push : pushes) {
        push.get();
      }
    }
    List<JsonNode> all = fragments("&" + HOUR);
    assertThat(originals(all)).hasSize(all.size() / 4 * 3);
    assertPlaysOnce();
  }

  @Test
  void otherMediaAtTheSameTimeIsNoReplay() {
    weir.push("cam", SAMPLE, AT);
    weir.push("cam", Path.of("media-samples/hevc-aac.mkv"), AT);
    assertThat(originals(fragments(""))).isEmpty();
  }

  private void assertPlaysOnce() {
    assertThat(Frames.videoPackets(weir.url("/v1/streams/cam/clip.mkv?" + HOUR)).hashes())
        .isEqualTo(Frames.videoPackets(SAMPLE.toString()).hashes());
  }

  private String playlist() {
    return weir.get("/v1/streams/cam/hls/video.m3u8?" + HOUR).body();
  }

  private static List<String> segments(String playlist) {
    return Playlist.parse(playlist).entries().stream().map(Playlist.Entry::uri).toList();
  }

  private List<JsonNode> fragments(String query) {
    JsonNode items = weir.json("/v1/streams/cam/fragments?limit=1000" + query).get("items");
    return Stream.iterate(0, i -> i < items.size(), i -> i + 1).map(items::get).toList();
  }

  private static List<String> numbers(List<JsonNode> fragments) {
    return fragments.stream().map(each -> each.get("number").asText()).toList();
  }

  private static List<String> originals(List<JsonNode> fragments) {
    return fragments.stream()
        .filter(each -> each.has("duplicateOf"))
        .map(each -> each.get("duplicateOf").asText())
        .toList();
  }
}
