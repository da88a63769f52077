// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
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
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many pictures over HTTP, read by other programs. */
final class FramesIT {

  private static final String CAM = "/v1/streams/cam/";
  private static final String RANGE = "?from=2026-01-01T00:00:01Z&to=2026-01-01T00:00:05Z";

  /** Takes a multipart body apart with Python's mail parser, which knows nothing of Weir. */
  private static final String TAKE_APART =
      """
      import email.parser, email.policy, sys
      head = b"MIME-Version: 1.0\\r\\nContent-Type: " + sys.argv[1].encode() + b"\\r\\n\\r\\n"
      whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + open(sys.argv[2], "rb").read())
      assert not whole.defects, whole.defects
      for part in whole.iter_parts():
          data = part.get_payload(decode=True)
          assert len(data) == int(part["Content-Length"]), part["Content-Length"]
          open(sys.argv[3] + "/" + part.get_filename(), "wb").write(data)
          print(part["Weir-Frame-Time"], part.get_content_type(), part.get_filename())
      """;

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
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

  private static int counter(Path image) throws IOException {
    BufferedImage picture = ImageIO.read(image.toFile());
    int number = 0;
    for (int bit = 0; bit < 16; bit++) {
      number = number << 1 | ((picture.getRGB(bit * 16 + 8, 8) & 0xff) > 127 ? 1 : 0);
    }
    return number;
  }

  private static List<Integer> counters(Path pictures) throws IOException {
    var counters = new ArrayList<Integer>();
    try (var files = Files.list(pictures)) {
      for (Path file : files.sorted().toList()) {
        counters.add(counter(file));
      }
    }
    return counters;
  }

  private HttpResponse<byte[]> get(String path) {
    return weir.send(
        HttpRequest.newBuilder(URI.create(weir.url(CAM + path))),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void multipartIsReadByAMailParserAndEachPartSaysItsTime() throws IOException {
    HttpResponse<byte[]> answer = get("frames" + RANGE + "&every=500ms");
    assertThat(answer.statusCode()).isEqualTo(200);
    Path body = Files.write(folder.resolve("body"), answer.body());
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    String type = answer.headers().firstValue("Content-Type").orElseThrow();
    String listed =
        Program.run("python3", "-c", TAKE_APART, type, body.toString(), pictures.toString());
    assertThat(listed.lines())
        .hasSize(8)
        .first()
        .asString()
        .startsWith("2026-01-01T00:00:00.981Z image/jpeg");
    // The picture with number n is shown from 21 ms + 40 n ms on.
    assertThat(counters(pictures)).containsExactly(24, 36, 49, 61, 74, 86, 99, 111);
  }

  @Test
  void zipIsReadByUnzipTools() throws IOException {
    Path file =
        Files.write(
            folder.resolve("frames.zip"),
            weir.bytes(CAM + "frames" + RANGE + "&every=1s&format=zip&image=png&width=480"));
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Program.run("python3", "-m", "zipfile", "-t", file.toString());
    Program.run("python3", "-m", "zipfile", "-e", file.toString(), pictures.toString());
    assertThat(counters(pictures)).containsExactly(24, 49, 74, 99);
  }

  @Test
  void aReaderThatHasStoppedHoldsNoDecoder() throws IOException {
    // The decoder is asked for 200 large pictures by each of eight clients that read none of them.
    var stopped = new ArrayList<WireClient>();
    try {
      for (int i = 0; i < 8; i++) {
        var client = new WireClient(weir);
        stopped.add(client);
        client.send("GET " + CAM + "frames?every=1ms&image=png HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      assertThat(get("frame.jpg?at=latest").statusCode()).isEqualTo(200);
    } finally {
      for (WireClient client : stopped) {
        client.close();
      }
    }
  }

  @Test
  void keyFramesAloneAreFoundByNearest() throws IOException {
    BufferedImage picture =
        ImageIO.read(
            new ByteArrayInputStream(
                get("frame.jpg?at=2026-01-01T00:00:03.5Z&nearest=keyframe").body()));
    assertThat(
            counter(
                Files.write(
                    folder.resolve("key.jpg"),
                    get("frame.jpg?at=2026-01-01T00:00:03.5Z&nearest=keyframe").body())))
        .isEqualTo(50);
    assertThat(picture.getWidth()).isEqualTo(480);
    HttpResponse<byte[]> exact = get("frame.jpg?at=2026-01-01T00:00:03.5Z&nearest=frame");
    assertThat(exact.headers().firstValue("Weir-Frame-Time")).contains("2026-01-01T00:00:03.461Z");
  }

  @Test
  void badRequestsAndEmptyRangesAreSaidBeforeTheFirstPicture() {
    assertThat(get("frames?every=0s").statusCode()).isEqualTo(400);
    assertThat(get("frames?format=tar").statusCode()).isEqualTo(400);
    assertThat(get("frames?image=bmp").statusCode()).isEqualTo(400);
    assertThat(get("frames?nearest=any").statusCode()).isEqualTo(400);
    assertThat(get("frames?clock=sun").statusCode()).isEqualTo(400);
    assertThat(get("frames?from=2026-01-02T00:00:00Z").statusCode()).isEqualTo(404);
    assertThat(weir.get("/v1/streams/nobody/frames").statusCode()).isEqualTo(404);
  }
}
