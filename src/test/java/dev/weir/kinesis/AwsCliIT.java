// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.testing.Frames;
import dev.weir.testing.RunningWeir;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Amazon's command line (Debian's awscli), with nothing but its endpoint changed. */
final class AwsCliIT {

  /** The command line sends whole seconds. */
  private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");

  private static final Source BOTH = Source.of(Path.of("media-samples", "h264-aac.mkv"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private AccessKey key;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    key = AwsClients.key(folder);
    weir = new RunningWeir(folder);
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private record Run(int status, String output, String errors) {}

  private Run run(String service, String operation, String... arguments) {
    var command = new ArrayList<>(List.of("aws", service, operation, "--output", "json"));
    command.addAll(List.of("--endpoint-url", weir.url(""), "--region", "eu-west-1"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("AWS_ACCESS_KEY_ID", key.id());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", key.secret());
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    Path errors = folder.resolve("aws.err");
    builder.redirectError(errors.toFile());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output, Files.readString(errors));
    } catch (IOException e) {
      throw new AssertionError("aws does not run; scripts/test installs awscli", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode aws(String service, String operation, String... arguments) throws IOException {
    Run run = run(service, operation, arguments);
    assertThat(run.status).as(run.errors).isZero();
    return JSON.readTree(run.output.isEmpty() ? "{}" : run.output);
  }

  @Test
  void aStreamIsMadeListedDescribedAndRead() throws IOException {
    String arn =
        aws(
                "kinesisvideo",
                "create-stream",
                "--stream-name",
                "cam",
                "--data-retention-in-hours",
                "24")
            .path("StreamARN")
            .asText();
    assertThat(aws("kinesisvideo", "list-streams").at("/StreamInfoList/0/StreamARN").asText())
        .isEqualTo(arn);
    assertThat(
            aws("kinesisvideo", "describe-stream", "--stream-name", "cam")
                .at("/StreamInfo/Status")
                .asText())
        .isEqualTo("ACTIVE");
    assertThat(
            aws(
                    "kinesisvideo",
                    "get-data-endpoint",
                    "--stream-name",
                    "cam",
                    "--api-name",
                    "GET_CLIP")
                .path("DataEndpoint")
                .asText())
        .isEqualTo(weir.url(""));
    push();
    String range =
        "FragmentSelectorType=PRODUCER_TIMESTAMP,TimestampRange={StartTimestamp="
            + START
            + ",EndTimestamp="
            + START.plusSeconds(30)
            + "}";
    Path clip = folder.resolve("clip.mp4");
    aws(
        "kinesis-video-archived-media",
        "get-clip",
        "--stream-name",
        "cam",
        "--clip-fragment-selector",
        range,
        clip.toString());
    long frames = BOTH.frames().stream().filter(frame -> frame.track() == 1).count();
    assertThat(Frames.video(clip.toString()).frames()).hasSize(Math.toIntExact(frames));
    String session =
        aws(
                "kinesis-video-archived-media",
                "get-hls-streaming-session-url",
                "--stream-name",
                "cam",
                "--playback-mode",
                "ON_DEMAND",
                "--hls-fragment-selector",
                range)
            .path("HLSStreamingSessionURL")
            .asText();
    assertThat(Frames.video(session).frames()).hasSize(Math.toIntExact(frames));
    JsonNode images =
        aws(
            "kinesis-video-archived-media",
            "get-images",
            "--stream-name",
            "cam",
            "--image-selector-type",
            "PRODUCER_TIMESTAMP",
            "--start-timestamp",
            START.plusSeconds(1).toString(),
            "--end-timestamp",
            START.plusSeconds(3).toString(),
            "--sampling-interval",
            "1000",
            "--format",
            "JPEG");
    assertThat(images.path("Images")).hasSize(3);
    assertThat(Base64.getDecoder().decode(images.at("/Images/0/ImageContent").asText()))
        .startsWith(0xff, 0xd8);
    aws("kinesisvideo", "delete-stream", "--stream-arn", arn);
    assertThat(run("kinesisvideo", "describe-stream", "--stream-name", "cam").errors)
        .contains("ResourceNotFoundException");
  }

  private void push() {
    var document = new ProducerMatroska().header(BOTH.tracks());
    BOTH.groups().forEach(document::cluster);
    try (var producer = new MediaProducer(weir, key)) {
      assertThat(
              producer
                  .put(
                      MediaProducer.relative("cam", START),
                      new ByteArrayInputStream(document.bytes()))
                  .failure())
          .isEmpty();
    }
  }
}
