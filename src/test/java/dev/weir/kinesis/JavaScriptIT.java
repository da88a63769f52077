// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.ProducerMatroska.Frame;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.testing.Frames;
import dev.weir.testing.NodePrograms;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Amazon's SDK for JavaScript (version 3, under node), each of its operations. */
final class JavaScriptIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06.007Z");
  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void eachOperationOfTheSdkIsAnswered() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    AccessKey key = AwsClients.key(data);
    try (var weir = new RunningWeir(data)) {
      var document = new ProducerMatroska().header(BOTH.tracks());
      BOTH.groups().forEach(document::cluster);
      Path pushed = Files.write(folder.resolve("pushed.mkv"), document.bytes());
      push(weir, key, document.bytes());
      // Of the picture that is shown first.
      long fromMs = START.toEpochMilli() + BOTH.groups().getFirst().getFirst().timeMs();
      NodePrograms.run(
          NodePrograms.folder(),
          List.of(
              "env",
              "WEIR_URL=" + weir.url(""),
              "FROM=" + fromMs,
              "TO=" + (fromMs + 60_000),
              "AWS_ACCESS_KEY_ID=" + key.id(),
              "AWS_SECRET_ACCESS_KEY=" + key.secret(),
              "node",
              "operations.js",
              folder.toString()),
          "operations.js");

      JsonNode found = JSON.readTree(folder.resolve("operations.json").toFile());
      assertThat(texts(found.path("called")))
          .containsExactlyInAnyOrderElementsOf(texts(found.path("operations")));
      ParsedMedia media = ParsedMedia.of(Files.readAllBytes(folder.resolve("media.mkv")));
      assertThat(media.numbers()).isEqualTo(texts(found.path("fragments")));
      assertThat(media.frames()).isEqualTo(BOTH.frames().stream().map(Frame::data).toList());
      Frames video = Frames.video(pushed.toString());
      Frames.video(folder.resolve("clip.mp4").toString()).assertSameHashesAs(video);
      Frames.video(found.path("hls").asText()).assertSameHashesAs(video);
      Frames.video(found.path("dash").asText()).assertSameHashesAs(video);
    }
  }

  private static void push(RunningWeir weir, AccessKey key, byte[] document) {
    try (var control = AwsClients.control(weir, key);
        var producer = new MediaProducer(weir, key)) {
      control.createStream(call -> call.streamName("cam").dataRetentionInHours(24));
      assertThat(
              producer
                  .put(MediaProducer.relative("cam", START), new ByteArrayInputStream(document))
                  .failure())
          .isEmpty();
    }
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
