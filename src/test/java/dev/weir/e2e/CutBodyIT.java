// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that breaks anywhere inside a body: every sample that had come whole is kept. */
final class CutBodyIT {

  private static final long SEED = Long.getLong("weir.seed", 20261126);
  private static final int CUTS = 10;

  @TempDir static Path folder;
  private static RunningWeir weir;

  @BeforeAll
  static void start() {
    weir = new RunningWeir(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    weir.close();
  }

  /** How a connection may break. */
  private enum Break {
    /** The producer's process ends in an orderly way. */
    CLOSE,
    /** It says that it has sent all, and waits for the answer. */
    HALF_CLOSE,
    /**
     * It ends while acknowledgements lie unread: its own kernel then drops what is not yet sent.
     */
    CLOSE_WITH_ACKS_UNREAD
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h264-aac.mkv",
        "h264-aac.mp4",
        "h264-aac-frag-every-frame.mp4",
        "hevc-aac.mkv",
        "hevc-aac.mp4",
        "h264-long-gop.mkv",
      })
  void whatCameWholeIsKept(String sample) throws IOException {
    Path source = Path.of("media-samples", sample);
    byte[] file = Files.readAllBytes(source);
    List<String> packets = Frames.videoPackets(source.toString()).hashes();
    var random = new Random(SEED + sample.hashCode());
    for (int i = 0; i < CUTS; i++) {
      int length = 1 + random.nextInt(file.length - 1);
      Break how = Break.values()[i % Break.values().length];
      boolean chunked = random.nextBoolean();
      String stream = sample + "-" + i;
      String what =
          stream
              + ", seed "
              + SEED
              + ", "
              + length
              + " bytes, "
              + how
              + (chunked ? ", chunked" : "");
      push(stream, file, length, how, chunked);
      List<String> kept = kept(stream);
      assertThat(kept).as(what).isEqualTo(packets.subList(0, kept.size()));
      if (how != Break.CLOSE_WITH_ACKS_UNREAD) {
        assertThat(kept.size()).as(what).isGreaterThanOrEqualTo(wholePackets(file, length));
      }
    }
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }

  private static void push(String stream, byte[] file, int length, Break how, boolean chunked) {
    int before = weir.pushesEnded();
    String query = how == Break.CLOSE_WITH_ACKS_UNREAD ? "?acks=stream" : "";
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /v1/streams/" + stream + "/media" + query + " HTTP/1.1",
          "Host: weir",
          chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + file.length);
      if (chunked) {
        client.send(Integer.toHexString(file.length) + "\r\n");
      }
      client.send(file, 0, length);
      if (how == Break.HALF_CLOSE) {
        WireClient.Answer answer = client.endSending().answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("the connection was closed inside the body");
        assertThat(client.rest()).isEmpty();
      }
    }
    weir.awaitPushesEnded(before + 1);
    assertThat(weir.json("/v1/streams/" + stream).path("lastError").asText()).isNotEmpty();
  }

  private static List<String> kept(String stream) {
    if (weir.json("/v1/streams/" + stream).path("fragments").asInt() == 0) {
      return List.of();
    }
    return Frames.videoPackets(weir.url("/v1/streams/" + stream + "/clip.mkv?from=0")).hashes();
  }

  /** As ffprobe counts them, but for the last, of which it gives out what there is. */
  private static int wholePackets(byte[] file, int length) throws IOException {
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(file, length));
    String command = "ffprobe -v quiet -select_streams v -show_entries packet=pts -of csv " + cut;
    try (Program ffprobe = Program.start(List.of(command.split(" ", -1)))) {
      // It fails where the cut lies inside the header.
      ffprobe.await(60);
      return Math.max(0, (int) ffprobe.output().lines().count() - 1);
    }
  }
}
