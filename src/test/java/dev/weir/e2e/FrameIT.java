// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.RunningWeir;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures by time over HTTP; the exactness of each is measured where they are made. */
final class FrameIT {

  private static final String CAM = "/v1/streams/cam/";

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder);
    assertThat(
            weir.push(
                    "cam",
                    Path.of("media-samples/h264-aac.mkv"),
                    "?timecodes=relative&start=2026-01-01T00:00:00Z")
                .statusCode())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private HttpResponse<byte[]> get(String path) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(CAM + path))),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /** The frame number that is written into each picture as 16 squares, see media-samples. */
  private static int counter(byte[] image) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(image));
    int number = 0;
    for (int bit = 0; bit < 16; bit++) {
      number = number << 1 | ((picture.getRGB(bit * 16 + 8, 8) & 0xff) > 127 ? 1 : 0);
    }
    return number;
  }

  @Test
  void jpegAndPngShowTheFrameOfThatInstantAndSayItsTime() throws IOException {
    // The first frame stands at 21 ms, then one each 40 ms: 3.5 s is within the 87th after it.
    for (String name : new String[] {"frame.jpg", "frame.png"}) {
      HttpResponse<byte[]> answer = get(name + "?at=2026-01-01T00:00:03.500Z");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Weir-Frame-Time"))
          .contains("2026-01-01T00:00:03.461Z");
      assertThat(counter(answer.body())).isEqualTo(86);
      String tag = answer.headers().firstValue("ETag").orElseThrow();
      HttpResponse<byte[]> again =
          weir.send(
              HttpRequest.newBuilder(
                      URI.create(weir.url(CAM + name + "?at=2026-01-01T00:00:03.500Z")))
                  .header("If-None-Match", tag),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(again.statusCode()).isEqualTo(304);
    }
  }

  @Test
  void widthShrinksAndKeepsTheShape() throws IOException {
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(get("frame.jpg?at=latest&width=240").body()));
    assertThat(picture.getWidth()).isEqualTo(240);
    assertThat(picture.getHeight()).isEqualTo(135);
  }

  @Test
  void theKeyFrameComesUndecodedAsAnMp4() throws IOException {
    HttpResponse<byte[]> answer = get("frame.mp4?at=2026-01-01T00:00:03.500Z");
    assertThat(answer.headers().firstValue("Weir-Frame-Time")).contains("2026-01-01T00:00:02.021Z");
    Path file = Files.write(folder.resolve("key.mp4"), answer.body());
    assertThat(dev.weir.testing.Frames.video(file.toString()).hashes())
        .containsExactly(
            dev.weir.testing.Frames.video("media-samples/h264-aac.mkv").hashes().get(50));
  }

  @Test
  void aTimeWithoutMediaIsNotFoundAndABadOneIsABadRequest() {
    assertThat(get("frame.jpg?at=2026-01-01T00:01:00Z").statusCode()).isEqualTo(404);
    assertThat(get("frame.jpg?at=2025-12-31T23:59:59Z").statusCode()).isEqualTo(404);
    assertThat(get("frame.jpg?at=2025-12-31T23:59:59Z").body())
        .asString()
        .contains("recorded at the time asked for: expected a time with video, found 2025-12-31T");
    assertThat(get("frame.jpg?at=yesterday").statusCode()).isEqualTo(400);
    assertThat(get("frame.jpg").statusCode()).isEqualTo(400);
    assertThat(get("frame.jpg?at=latest&width=0").statusCode()).isEqualTo(400);
  }

  @Test
  void countersAndReadinessAreServed() {
    assertThat(weir.get("/readyz").body()).isEqualTo("ready\n");
    assertThat(weir.get("/metrics").body())
        .contains("weir_fragments_persisted_total 4.0")
        .contains("weir_persist_seconds_bucket")
        .contains("weir_memory_bytes{kind=\"heap\"}");
    assertThat(weir.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
  }
}
