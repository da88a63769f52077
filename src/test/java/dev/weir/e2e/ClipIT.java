// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Frames;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clips over HTTP: exact ends, byte ranges, tags, and what is refused. */
final class ClipIT {

  private static final Path H264 = Path.of("media-samples/h264-aac.mkv");
  private static final String CLIP =
      "/v1/streams/cam/clip.mp4?from=2026-01-01T00:00:03.100Z&to=2026-01-01T00:00:05.300Z";

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
    push(H264, "2026-01-01T00:00:00Z");
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private void push(Path file, String start) {
    assertThat(weir.push("cam", file, "?timecodes=relative&start=" + start).statusCode())
        .isEqualTo(200);
  }

  private HttpResponse<byte[]> get(String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(weir.url(path)));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return weir.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void anMp4BeginsAndEndsOnTheFrameThatWasAskedFor() throws IOException {
    HttpResponse<byte[]> answer = get(CLIP);
    assertThat(answer.statusCode()).isEqualTo(200);
    Path file = Files.write(folder.resolve("clip.mp4"), answer.body());
    // Frames stand at 21 ms and each 40 ms after it: 77 (3.101 s) to 131 (5.261 s) begin in it.
    Frames all = Frames.video(H264.toString());
    Frames clip = Frames.video(file.toString());
    assertThat(clip.hashes()).isEqualTo(all.hashes().subList(77, 132));
    assertThat(answer.headers().firstValue("Weir-Clip-From")).contains("2026-01-01T00:00:03.100Z");
    assertThat(answer.headers().firstValue("Weir-Clip-To")).contains("2026-01-01T00:00:05.300Z");
    assertThat(answer.headers().firstValue("Weir-Clip-Pieces"))
        .contains("2026-01-01T00:00:03.100Z/2026-01-01T00:00:05.300Z");
    assertThat(Program.run("ffprobe", "-v", "warning", file.toString())).isEmpty();
  }

  @Test
  void aRangeWithinOneFrameShowsThatFrame() throws IOException {
    Path slow = Path.of("media-samples/h264-baseline-2997.mkv");
    push(slow, "2026-02-01T00:00:00Z");
    String picture = Frames.video(slow.toString()).hashes().get(30);
    // Frame 30 is shown from 1.001 s to 1.034 s.
    String range = "?from=2026-02-01T00:00:01.010Z&to=2026-02-01T00:00:01.025Z";
    Path mp4 =
        Files.write(folder.resolve("one.mp4"), get("/v1/streams/cam/clip.mp4" + range).body());
    assertThat(Frames.video(mp4.toString()).hashes()).containsExactly(picture);
    Path mkv =
        Files.write(folder.resolve("one.mkv"), get("/v1/streams/cam/clip.mkv" + range).body());
    assertThat(Frames.video(mkv.toString()).hashes()).contains(picture);
  }

  @Test
  void byteRangesAreSlicesOfTheWhole() {
    HttpResponse<byte[]> whole = get(CLIP);
    byte[] body = whole.body();
    String tag = whole.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> part = get(CLIP, "Range", "bytes=1000-20999");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes 1000-20999/" + body.length);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(body, 1000, 21_000));
    assertThat(get(CLIP, "Range", "bytes=-500").body())
        .isEqualTo(Arrays.copyOfRange(body, body.length - 500, body.length));
    assertThat(get(CLIP, "Range", "bytes=1-1", "If-Range", tag).statusCode()).isEqualTo(206);
    assertThat(get(CLIP, "Range", "bytes=1-1", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    assertThat(get(CLIP, "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get(CLIP, "Range", "bytes=" + body.length + "-").statusCode()).isEqualTo(416);
  }

  @Test
  void headSaysTheLengthWithoutABody() {
    HttpResponse<byte[]> head =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url(CLIP)))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(get(CLIP).body().length);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aGapIsSkippedAndItsPiecesAreNamed() {
    push(H264, "2026-01-01T00:01:00Z");
    HttpResponse<byte[]> answer =
        get("/v1/streams/cam/clip.mp4?from=2026-01-01T00:00:04Z&to=2026-01-01T00:01:04Z");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Weir-Clip-Pieces").orElseThrow().split(", ", -1))
        .hasSize(2);
  }

  @Test
  void aChangeOfCodecInsideIsAConflictThatNamesTheRanges() {
    push(Path.of("media-samples/hevc-aac.mkv"), "2026-01-01T00:01:00Z");
    HttpResponse<String> answer = weir.get("/v1/streams/cam/clip.mp4?from=0");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(answer.body()).contains("2026-01-01T00:01:00").contains("conflict");
  }

  @Test
  void withEveryItIsATimelapseOfKeyFrames() throws IOException {
    for (String format : List.of("mp4", "mkv")) {
      HttpResponse<byte[]> answer = get("/v1/streams/cam/clip." + format + "?every=4s&rate=10");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Weir-Clip-From"))
          .hasValue("2026-01-01T00:00:00.021Z");
      assertThat(answer.headers().firstValue("Weir-Clip-To")).hasValue("2026-01-01T00:00:08.021Z");
      Path file = Files.write(folder.resolve("timelapse." + format), answer.body());
      List<String> source = Frames.video(H264.toString()).hashes();
      // Key frames stand each two seconds, of fifty frames.
      assertThat(Frames.video(file.toString()).hashes())
          .containsExactly(source.get(0), source.get(100));
      String tag = answer.headers().firstValue("ETag").orElseThrow();
      assertThat(
              get("/v1/streams/cam/clip." + format + "?every=4s&rate=10", "If-None-Match", tag)
                  .statusCode())
          .isEqualTo(304);
    }
  }

  @Test
  void aTimelapseThatMakesNoSenseIsRefused() {
    for (String query :
        List.of("every=99ms", "every=1s&rate=0", "every=1s&rate=121", "every=1s&evidence=signed")) {
      assertThat(get("/v1/streams/cam/clip.mp4?" + query).statusCode()).as(query).isEqualTo(400);
    }
    assertThat(get("/v1/streams/cam/clip.mp4?every=1s&from=2027-01-01T00:00:00Z").statusCode())
        .isEqualTo(404);
  }

  @Test
  void whatCanNotBeClippedIsRefusedInWords() {
    assertThat(get("/v1/streams/cam/clip.mp4?from=2027-01-01T00:00:00Z").statusCode())
        .isEqualTo(404);
    assertThat(
            weir.get("/v1/streams/cam/clip.mp4?from=2026-01-01T00:00:05Z&to=2026-01-01T00:00:03Z"))
        .satisfies(answer -> {
          assertThat(answer.statusCode()).isEqualTo(400);
          assertThat(answer.body()).contains("reversed range");
        });
    assertThat(get("/v1/streams/other/clip.mp4?from=0").statusCode()).isEqualTo(404);
    assertThat(get("/v1/streams/cam/clip.mp4?from=0&gaps=fill").statusCode()).isEqualTo(400);
  }
}
