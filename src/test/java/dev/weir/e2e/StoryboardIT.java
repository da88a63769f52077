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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each cue's tile is the key frame before its time; sheets are kept, and go with their media. */
final class StoryboardIT {

  private static final String CAM = "/v1/streams/cam/";
  private static final Pattern CUE =
      Pattern.compile(
          "(\\S+) --> (\\S+)\n(storyboard\\.jpg\\?\\S+)#xywh=(\\d+),(\\d+),(\\d+),(\\d+)");

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder);
    for (String start : List.of("2026-01-01T00:00:00Z", "2026-01-01T00:00:20Z")) {
      assertThat(
              weir.push(
                      "cam",
                      Path.of("media-samples/h264-aac.mkv"),
                      "?timecodes=relative&start=" + start)
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private static BufferedImage image(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  private static int counter(BufferedImage picture) {
    int number = 0;
    for (int bit = 0; bit < 16; bit++) {
      number = number << 1 | ((picture.getRGB(bit * 16 + 8, 8) & 0xff) > 127 ? 1 : 0);
    }
    return number;
  }

  private List<Path> kept() throws IOException {
    Path cache = folder.resolve("cache/storyboards");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (var files = Files.walk(cache)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void everyCuePointsAtTheKeyFrameBeforeItsTime() throws IOException {
    // As large as the picture, so that its number can be read.
    String vtt = weir.get(CAM + "storyboard.vtt?every=2s&width=480").body();
    assertThat(vtt).startsWith("WEBVTT\n");
    var counters = new ArrayList<Integer>();
    var times = new ArrayList<String>();
    Matcher cue = CUE.matcher(vtt);
    while (cue.find()) {
      BufferedImage sheet = image(weir.bytes(CAM + cue.group(3)));
      BufferedImage tile =
          sheet.getSubimage(
              Integer.parseInt(cue.group(4)),
              Integer.parseInt(cue.group(5)),
              Integer.parseInt(cue.group(6)),
              Integer.parseInt(cue.group(7)));
      counters.add(counter(tile));
      times.add(cue.group(1));
    }
    // From 8 s to 20 s nothing is recorded.
    assertThat(times)
        .containsExactly(
            "00:00:00.000",
            "00:00:02.000",
            "00:00:04.000",
            "00:00:06.000",
            "00:00:20.000",
            "00:00:22.000",
            "00:00:24.000",
            "00:00:26.000");
    assertThat(counters).containsExactly(0, 50, 100, 150, 0, 50, 100, 150);
  }

  @Test
  void whatWasDrawnIsKeptUntilTheMediaChangesOrGoes() throws IOException {
    HttpResponse<String> first = weir.get(CAM + "storyboard.jpg");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(kept()).hasSize(1);
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        weir.send(
            HttpRequest.newBuilder(URI.create(weir.url(CAM + "storyboard.jpg")))
                .header("If-None-Match", tag));
    assertThat(again.statusCode()).isEqualTo(304);
    byte[] kept = Files.readAllBytes(kept().getFirst());
    weir.stop();
    weir.start();
    assertThat(weir.bytes(CAM + "storyboard.jpg")).isEqualTo(kept);
    assertThat(
            weir.delete(CAM + "fragments?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:03Z")
                .statusCode())
        .isEqualTo(204);
    assertThat(kept()).isEmpty();
    assertThat(weir.get(CAM + "storyboard.jpg").headers().firstValue("ETag").orElseThrow())
        .isNotEqualTo(tag);
    assertThat(weir.delete("/v1/streams/cam").statusCode()).isEqualTo(204);
    assertThat(kept()).isEmpty();
  }

  @Test
  void aDayOfTilesIsManySheetsAndBadRequestsAreSaid() {
    assertThat(weir.get(CAM + "storyboard.jpg?every=10ms").statusCode()).isEqualTo(400);
    assertThat(weir.get(CAM + "storyboard.jpg?width=5000").statusCode()).isEqualTo(400);
    assertThat(weir.get(CAM + "storyboard.vtt?from=2027-01-01T00:00:00Z").statusCode())
        .isEqualTo(404);
    assertThat(weir.get("/v1/streams/nobody/storyboard.vtt").statusCode()).isEqualTo(404);
  }
}
