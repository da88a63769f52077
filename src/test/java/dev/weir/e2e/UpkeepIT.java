// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.server.Main;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is done with a running server by those who keep it, over HTTP and by the program. */
final class UpkeepIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
    assertThat(
            weir.push("cam", SAMPLE, "?timecodes=relative&start=2026-01-01T00:00:00Z").statusCode())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private HttpResponse<String> delete(String path) {
    return weir.send(HttpRequest.newBuilder(URI.create(weir.url(path))).DELETE());
  }

  private String run(int status, String... arguments) {
    var out = new StringWriter();
    CommandLine program = Main.commandLine(Map.of(), arguments);
    program.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    assertThat(program.execute(arguments)).as(out.toString()).isEqualTo(status);
    return out.toString();
  }

  @Test
  void aHoldThatSaysNothingOrTooMuchIsRefused() {
    String range = "\"from\":\"2026-01-01T00:00:04Z\",\"to\":\"2026-01-01T00:00:05Z\"";
    for (String body :
        List.of(
            "[]",
            "{}",
            "{\"from\":\"2026-01-01T00:00:04Z\",\"to\":\"2026-01-01T00:00:04Z\"}",
            "{" + range + ",\"until\":\"2026-02-01T00:00:00Z\"}",
            "{" + range + ",\"reason\":7}")) {
      var answer = weir.put("/v1/streams/cam/holds/case-7", body);
      assertThat(answer.statusCode()).as(body + " " + answer.body()).isEqualTo(400);
    }
    assertThat(weir.put("/v1/streams/cam/holds/case-7", "[]").body()).contains("a JSON object");
    assertThat(weir.json("/v1/streams/cam/holds").path("items")).isEmpty();
    assertThat(weir.put("/v1/streams/cam/holds/case-7", "{" + range + "}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aHeldRangeIsNotForgottenAndAForgottenOneNeverComesBack() {
    String range = "?from=2026-01-01T00:00:03Z&to=2026-01-01T00:00:05Z";
    assertThat(
            weir.put(
                    "/v1/streams/cam/holds/case-7",
                    "{\"from\":\"2026-01-01T00:00:04Z\",\"to\":\"2026-01-01T00:01:00Z\",\"reason\":\"asked for\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(delete("/v1/streams/cam/fragments" + range).statusCode()).isEqualTo(409);
    assertThat(delete("/v1/streams/cam").statusCode()).as("a held stream").isEqualTo(409);
    weir.stop();
    weir.start();
    assertThat(weir.json("/v1/streams/cam/holds").path("items")).hasSize(1);
    assertThat(delete("/v1/streams/cam/holds/case-7").statusCode()).isEqualTo(204);

    assertThat(delete("/v1/streams/cam/fragments").statusCode())
        .as("all, by a slip")
        .isEqualTo(400);
    assertThat(delete("/v1/streams/cam/fragments" + range).statusCode()).isEqualTo(204);
    for (int i = 0; i < 2; i++) {
      assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(2);
      JsonNode gaps = weir.json("/v1/streams/cam/timeline").path("gaps");
      assertThat(gaps).hasSize(1);
      assertThat(gaps.get(0).path("reason").asText()).isEqualTo("forgotten");
      // Frames stand at 21 ms and each 40 ms after it; the middle two fragments are gone.
      Frames all = Frames.video(SAMPLE.toString());
      assertThat(Frames.video(weir.url("/v1/streams/cam/clip.mkv?from=0")).hashes().size())
          .isEqualTo(all.frames().size() / 2);
      weir.stop();
      weir.start();
    }
    assertThat(weir.server().archive().check().failures()).isEmpty();
  }

  @Test
  void aRangeAndASignedClipAreProven() throws IOException {
    String server = weir.url("");
    assertThat(run(0, "verify", "cam", "--server", server))
        .contains("whole")
        .contains("4 fragments");
    Path clip = folder.resolve("clip.mp4");
    Files.write(
        clip,
        weir.bytes(
            "/v1/streams/cam/clip.mp4?from=2026-01-01T00:00:01Z&to=2026-01-01T00:00:05Z&evidence=signed"));
    assertThat(run(0, "verify", clip.toString())).contains("stream cam").contains(": true");
    assertThat(run(1, "verify", clip.toString(), "--signer", "nobody")).contains("another signer");
    byte[] bytes = Files.readAllBytes(clip);
    bytes[bytes.length / 2] ^= 1;
    Files.write(clip, bytes);
    assertThat(run(1, "verify", clip.toString())).contains("not those signed");
    assertThat(weir.get("/v1/evidence/key").body()).startsWith("-----BEGIN PUBLIC KEY-----");
    assertThat(weir.get("/v1/streams/cam/clip.mkv?evidence=signed").statusCode()).isEqualTo(400);
  }

  @Test
  void aRunningServerIsChecked() {
    assertThat(
            weir.send(
                    HttpRequest.newBuilder(URI.create(weir.url("/v1/check")))
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(202);
    JsonNode walk = weir.json("/v1/check");
    for (int i = 0; i < 500 && walk.path("running").asBoolean(); i++) {
      LockSupport.parkNanos(10_000_000);
      walk = weir.json("/v1/check");
    }
    assertThat(walk.path("running").asBoolean()).isFalse();
    assertThat(walk.path("failures")).isEmpty();
    assertThat(walk.has("fragments")).isTrue();
  }

  @Test
  void thePlanSaysWhatWillGo() {
    weir.put("/v1/streams/cam", "{\"retention\":\"1h\",\"thinAfter\":\"30m\"}");
    weir.stop();
    weir.start();
    JsonNode soon = weir.json("/v1/retention").path("items");
    assertThat(soon).isEmpty();
    String plan = run(0, "retention", "--plan", "--within", "2h", "--server", weir.url(""));
    assertThat(plan).contains("delete").contains("age").contains("cam").contains("thin");
    assertThat(plan).containsSubsequence("deletions", "(1 files)", "(1 files)", "thinned");
    assertThat(weir.json("/v1/retention?within=40m").path("items").get(0).path("action").asText())
        .isEqualTo("thin");
  }

  @Test
  void theCatalogIsBackedUpAndRestored() {
    Path backup = folder.resolve("catalog.zip");
    assertThat(run(0, "backup", "-o", backup.toString(), "--server", weir.url("")))
        .contains("catalog.zip");
    assertThat(weir.push("other", SAMPLE).statusCode()).isEqualTo(200);
    weir.stop();
    assertThat(run(0, "restore", backup.toString(), "--data", folder.resolve("data").toString()))
        .contains("old catalog");
    weir.start();
    assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(4);
    assertThat(weir.json("/v1/streams/other/fragments").path("items")).hasSize(4);
    assertThat(weir.server().archive().check().failures()).isEmpty();
    assertThat(run(1, "restore", SAMPLE.toString(), "--data", folder.resolve("x").toString()))
        .contains("no data folder");
  }
}
