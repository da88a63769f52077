// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.Cuts;
import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer that sends a request a fragment goes on with the run it began. */
final class RequestAFragmentIT {

  private static final Path MKV = Path.of("media-samples/h264-aac.mkv");
  private static final Path MP4 = Path.of("media-samples/h264-aac.mp4");

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
  void anInitSegmentAndOneFragmentARequest() throws IOException {
    pushEach(withHead(Cuts.mp4(Files.readAllBytes(MP4))));
    assertOneRun(MP4);
  }

  @Test
  void aHeaderAndOneClusterARequest() throws IOException {
    // With these limits ffmpeg begins a cluster at each key frame and nowhere else.
    Path file = folder.resolve("clusters.mkv");
    remux(
        "-f",
        "matroska",
        "-live",
        "1",
        "-cluster_time_limit",
        "30000",
        "-cluster_size_limit",
        "5000000",
        file.toString());
    List<byte[]> pieces = Cuts.matroska(Files.readAllBytes(file));
    assertThat(pieces).hasSize(5);
    pushEach(withHead(pieces));
    assertOneRun(MKV);
  }

  @Test
  void filesThatContinueEachOthersTimestamps() throws IOException {
    remux(
        "-f",
        "segment",
        "-segment_time",
        "2",
        "-segment_format",
        "matroska",
        folder.resolve("piece-%d").toString());
    var files = new ArrayList<byte[]>();
    for (int i = 0; Files.exists(folder.resolve("piece-" + i)); i++) {
      files.add(Files.readAllBytes(folder.resolve("piece-" + i)));
    }
    assertThat(files).hasSize(4);
    pushEach(files);
    assertOneRun(MKV);
  }

  private static void remux(String... output) {
    var command =
        new ArrayList<>(
            List.of("ffmpeg", "-v", "error", "-i", MKV.toString(), "-map", "0", "-c", "copy"));
    command.addAll(List.of(output));
    Program.run(command.toArray(String[]::new));
  }

  @Test
  void requestsThatAreSentBeforeTheAnswersAreReadAreTakenInOrder() throws IOException {
    List<byte[]> bodies = withHead(Cuts.mp4(Files.readAllBytes(MP4)));
    try (var client = new WireClient(weir)) {
      for (byte[] body : bodies) {
        client
            .sendHead(
                "PUT /v1/streams/cam/media HTTP/1.1",
                "Host: weir",
                "Content-Length: " + body.length)
            .send(body);
      }
      for (int i = 0; i < bodies.size(); i++) {
        WireClient.Answer answer = client.answer();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      }
    }
    assertOneRun(MP4);
  }

  private static List<byte[]> withHead(List<byte[]> pieces) {
    return pieces.stream().skip(1).map(piece -> Cuts.joined(pieces.getFirst(), piece)).toList();
  }

  private void pushEach(List<byte[]> bodies) {
    for (byte[] body : bodies) {
      HttpResponse<String> answer = weir.push("cam", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain("dropped");
    }
  }

  private void assertOneRun(Path source) {
    JsonNode fragments = weir.json("/v1/streams/cam/fragments").path("items");
    assertThat(fragments.size()).isGreaterThanOrEqualTo(4);
    assertThat(fragments.findValuesAsText("run"))
        .containsOnly(fragments.path(0).path("run").asText());
    assertThat(weir.json("/v1/streams/cam/timeline").path("gaps")).isEmpty();
    String clip = weir.url("/v1/streams/cam/clip.mkv?from=0");
    assertThat(Frames.videoPackets(clip).hashes())
        .isEqualTo(Frames.videoPackets(source.toString()).hashes());
    assertThat(Frames.audioPackets(clip).hashes())
        .isEqualTo(Frames.audioPackets(source.toString()).hashes());
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }
}
