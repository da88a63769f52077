// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Eventually;
import dev.weir.testing.Program;
import dev.weir.testing.ServerProgram;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code weir hooks listen} as somebody tries it out: a server, a listener and a push, each a
 * process.
 */
final class HooksListenIT {

  private static final Pattern LISTENS =
      Pattern.compile("listens on (http://127\\.0\\.0\\.1:[0-9]+/)");

  @TempDir Path folder;

  private static Program weir(String... arguments) {
    return Program.start(ServerProgram.command(List.of(), arguments));
  }

  private static String address(Program listener) {
    Eventually.holds("it listens", () -> LISTENS.matcher(listener.output()).find());
    Matcher listens = LISTENS.matcher(listener.output());
    assertThat(listens.find()).isTrue();
    return listens.group(1);
  }

  private static void hook(ServerProgram server, String id, String fields) {
    Program.run(
        "curl", "-sSf", "-X", "PUT", "-d", "{" + fields + "}", server.url() + "/v1/hooks/" + id);
  }

  @Test
  void picturesArePrintedSavedAndTheirSignaturesChecked() throws IOException {
    Path saved = folder.resolve("pictures");
    try (ServerProgram server =
            ServerProgram.start(folder.resolve("data"), folder.resolve("log"), List.of());
        Program listener =
            weir(
                "hooks",
                "listen",
                "--port",
                "0",
                "--secret",
                "s3cret",
                "--count",
                "9",
                "--save",
                saved.toString());
        Program other =
            weir(
                "hooks",
                "listen",
                "--port",
                "0",
                "--secret",
                "another",
                "--count",
                "1",
                "--json")) {
      String fields = "\"streams\":\"cam-*\",\"secret\":\"s3cret\",\"width\":320,\"url\":\"";
      hook(server, "eye", fields + address(listener) + "\",\"on\":\"frame\",\"every\":\"1s\"");
      hook(server, "first", fields + address(other) + "\",\"on\":\"start\"");
      hook(server, "seen", fields + address(listener) + "\",\"on\":\"record\"");
      assertThat(
              weir(
                      "push",
                      "cam-1",
                      "media-samples/h264-aac.mkv",
                      "--start",
                      "2026-01-01T00:00:00Z",
                      "--server",
                      server.url())
                  .await(60))
          .isZero();
      Program.run(
          "curl",
          "-sSf",
          "-d",
          "{\"time\":\"2026-01-01T00:00:03Z\",\"type\":\"object\",\"label\":\"person\"}",
          server.url() + "/v1/streams/cam-1/records");
      assertThat(listener.await(60)).as(listener.errors()).isZero();
      assertThat(listener.output().lines().skip(1))
          .hasSize(9)
          .allMatch(line -> line.contains("signature right"))
          .anyMatch(line ->
              line.matches(
                  "2026-01-01T00:00:0\\S+Z cam-1 frame #1 image/jpeg [0-9]+ bytes signature right"
                      + " .*\\.jpg"))
          .anyMatch(
              line -> line.startsWith("2026-01-01T00:00:03.000Z cam-1 record #1 application/json"));
      BufferedImage picture = ImageIO.read(saved.resolve("cam-1-8.jpg").toFile());
      assertThat(picture.getWidth()).isEqualTo(320);

      assertThat(other.await(60)).isZero();
      JsonNode line =
          new ObjectMapper().readTree(other.output().lines().skip(1).findFirst().orElseThrow());
      assertThat(line.path("event").asText()).isEqualTo("start");
      assertThat(line.path("signature").asText()).isEqualTo("wrong");
      assertThat(line.path("sequence").asText()).isEqualTo("1");

      try (Program list = weir("hooks", "--server", server.url())) {
        assertThat(list.await(30)).isZero();
        assertThat(list.output()).contains("eye", "first", "seen", "record");
      }
    }
  }
}
