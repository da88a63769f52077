// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testing.Noise;
import dev.weir.testing.Program;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refused producer gets to read why, however much it still has to send. */
final class RefusalIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LARGE = "Content-Length: 100000000";
  private static final String EXPECTS = "Expect: 100-continue";
  private static final String MENDING_FLAGS = "frag_keyframe+empty_moov+default_base_moof";

  @TempDir static Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start(@TempDir Path data) {
    weir = new RunningWeir(data);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  /** What a camera's app or an editor writes: over 20 MB, moov where it was asked for. */
  private static Path plainMp4(String... flags) throws IOException {
    Path file = folder.resolve("plain" + String.join("", flags) + ".mp4");
    if (!Files.exists(file)) {
      Noise.encode(file, 4, flags);
      assertThat(Files.size(file)).isGreaterThan(20 << 20);
    }
    return file;
  }

  /** The answer that curl shows, and the status it saw. */
  private JsonNode curl(String command) throws IOException {
    String bound =
        command.replace("$URL", weir.url("/v1/streams/cam/media"))
            + " -w '\\n{\"seen\":%{http_code}}'";
    try (Program curl = Program.start(List.of("bash", "-c", bound))) {
      assertThat(curl.await(60)).as(curl.errors()).isZero();
      String[] lines = curl.output().split("\n", -1);
      JsonNode problem = JSON.readTree(lines[0]);
      assertThat(problem.path("status")).isEqualTo(JSON.readTree(lines[1]).path("seen"));
      return problem;
    }
  }

  private String lastError() {
    return weir.json("/v1/streams/cam").path("lastError").asText();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curl -sS -T $FILE $URL",
        "curl -sS -H Expect: -T $FILE $URL",
        "curl -sS -T - $URL < $FILE",
        "curl -sS -X POST -H Expect: -T - $URL < $FILE",
        "curl -sS --data-binary @$FILE $URL",
        "curl -sS -H 'Accept: application/x-ndjson' -H Expect: -T $FILE $URL",
      })
  void aPlainMp4IsRefusedWithTheFlagsThatMendIt(String command) throws IOException {
    for (Path file : List.of(plainMp4(), plainMp4("-movflags", "+faststart"))) {
      JsonNode problem = curl(command.replace("$FILE", file.toString()));
      assertThat(problem.path("status").asInt()).isEqualTo(415);
      assertThat(problem.path("kind").asText()).isEqualTo("unsupported-media");
      assertThat(problem.path("detail").asText()).contains("ffmpeg").contains(MENDING_FLAGS);
      assertThat(lastError()).contains(MENDING_FLAGS);
    }
  }

  @Test
  void theFlagsThatAreNamedDoMendIt() throws IOException {
    String named = curl("curl -sS -T " + plainMp4() + " $URL").path("detail").asText();
    String flags = named.replaceAll("(?s).*-movflags (\\S+?)[,.;]?(\\s.*)?$", "$1");
    Path mended = folder.resolve("mended.mp4");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-i",
        plainMp4().toString(),
        "-c",
        "copy",
        "-movflags",
        flags,
        "-y",
        mended.toString());
    assertThat(weir.push("cam", mended).statusCode()).isEqualTo(200);
  }

  @Test
  void ffmpegItselfEndsWithAnErrorWhenItIsRefused() throws IOException {
    try (Program ffmpeg =
        Program.start(
            List.of(
                "ffmpeg",
                "-v",
                "error",
                "-re",
                "-i",
                plainMp4().toString(),
                "-c",
                "copy",
                "-f",
                "flv",
                weir.url("/v1/streams/cam/media")))) {
      assertThat(ffmpeg.await(60)).isNotZero();
    }
    assertThat(lastError()).contains("FLV");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 11, 12, 100, 30_000_000})
  void whatIsNotMediaIsRefused(int length) throws IOException {
    byte[] noise = new byte[length];
    new Random(20261126).nextBytes(noise);
    Path file = Files.write(folder.resolve("noise-" + length), noise);
    JsonNode problem = curl("curl -sS -H Expect: -T " + file + " $URL");
    assertThat(problem.path("status").asInt()).isEqualTo(length == 0 ? 400 : 415);
    assertThat(problem.path("kind").asText())
        .isEqualTo(length == 0 ? "malformed-media" : "unsupported-media");
    assertThat(lastError()).isEqualTo(problem.path("detail").asText());
    JsonNode chunked = curl("curl -sS -H Expect: -T - $URL < " + file);
    assertThat(chunked).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mpegts", "flv", "avi", "ogg", "h264"})
  void anotherContainerIsNamed(String format) throws IOException {
    Path file = folder.resolve("other." + format);
    String codec = format.equals("ogg") ? "libtheora" : "libx264";
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x120:r=25",
        "-t",
        "1",
        "-c:v",
        codec,
        "-f",
        format,
        "-y",
        file.toString());
    JsonNode problem = curl("curl -sS -T " + file + " $URL");
    assertThat(problem.path("status").asInt()).isEqualTo(415);
    assertThat(problem.path("detail").asText())
        .contains("expected Matroska, WebM or fragmented MP4");
    assertThat(problem.path("detail").asText()).doesNotContain("unknown bytes");
  }

  @Test
  void aRefusalComesBeforeTheBodyWhenTheClientWaitsForIt() {
    try (var client = new WireClient(weir)) {
      client.sendHead("PUT /v1/streams/a%20b/media HTTP/1.1", "Host: weir", LARGE, EXPECTS);
      // No 100 comes before it.
      assertThat(client.head().status()).isEqualTo(400);
    }
    try (var client = new WireClient(weir)) {
      client.sendHead("PUT /v1/streams/cam HTTP/1.1", "Host: weir", LARGE, EXPECTS);
      assertThat(client.head().status()).isEqualTo(413);
    }
    try (var client = new WireClient(weir)) {
      client.sendHead("PUT /v1/streams/cam HTTP/1.1", "Host: weir", "Content-Length: 2", EXPECTS);
      assertThat(client.head().status()).isEqualTo(100);
      assertThat(client.send("{}").answer().status()).isEqualTo(201);
    }
  }

  /** Nothing is held for the rest of a body that nobody wants, and the client is not waited for. */
  @Test
  void aRefusedClientThatGoesOnSendingIsLetGo() {
    try (var client = new WireClient(weir)) {
      client.sendHead("POST /v1/streams/cam/media HTTP/1.1", "Host: weir", LARGE);
      client.send("this is not media at all");
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(415);
      assertThat(answer.head().field("connection")).isEqualTo("close");
      assertThat(client.rest()).isEmpty();
    }
  }
}
