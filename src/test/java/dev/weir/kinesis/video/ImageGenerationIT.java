// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.kinesisvideo.model.AckEventType.Values;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.AccessKey;
import dev.weir.control.AccessKeys;
import dev.weir.control.Permission;
import dev.weir.hooks.AddressRules;
import dev.weir.hooks.ImageStore;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.MediaProducer.Outcome;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.server.KinesisOptions;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.ObjectReceiver;
import dev.weir.testing.ObjectReceiver.StoredObject;
import dev.weir.testing.RunningWeir;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesisvideo.model.ConfigurationStatus;
import software.amazon.awssdk.services.kinesisvideo.model.Format;
import software.amazon.awssdk.services.kinesisvideo.model.FormatConfigKey;
import software.amazon.awssdk.services.kinesisvideo.model.ImageGenerationConfiguration;
import software.amazon.awssdk.services.kinesisvideo.model.ImageSelectorType;

/** What a stream is configured to generate arrives, of the fragments whose producer asks for it. */
final class ImageGenerationIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");
  private static final Source VIDEO = Source.of(Path.of("media-samples/h264-aac.mkv"));
  private static final String GENERATE = "AWS_KINESISVIDEO_IMAGE_GENERATION";
  private static final String NOTIFY = "AWS_KINESISVIDEO_NOTIFICATION";

  @TempDir Path folder;
  @TempDir Path data;
  @TempDir Path storeKeys;

  private RunningWeir weir(Path data, ImageStore store) {
    return new RunningWeir(
        ServerOptions.of(RunningWeir.ANY_PORT, data)
            .with(AddressRules.allowing(List.of("127.0.0.1")))
            .with(KinesisOptions.DEFAULT.with(store)));
  }

  private static ImageGenerationConfiguration.Builder images() {
    return ImageGenerationConfiguration.builder()
        .status(ConfigurationStatus.ENABLED)
        .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
        .destinationConfig(to -> to.uri("s3://pictures/garden").destinationRegion("us-east-1"))
        .samplingInterval(500)
        .format(Format.JPEG)
        .formatConfigWithStrings(Map.of(FormatConfigKey.JPEG_QUALITY.toString(), "70"))
        .widthPixels(320)
        .heightPixels(320);
  }

  /** Four fragments of two seconds; of the second and of the last a picture is asked for. */
  private static ProducerMatroska asking(String tag) {
    var media = new ProducerMatroska().header(VIDEO.tracks());
    var groups = VIDEO.groups();
    media.cluster(groups.get(0));
    // Before the Cluster that is meant, as the producer SDK has it.
    media.tags(tag, "", "door", "front", "AWS_KINESISVIDEO_IMAGE_PREFIX", "door/a b");
    media.cluster(groups.get(1));
    media.cluster(groups.get(2));
    media.cluster(groups.get(3));
    // At the end of the fragment that is meant, with the mark that it is.
    return media.tags(tag, "", "door", "back", "AWS_KINESISVIDEO_END_OF_FRAGMENT", "");
  }

  private static List<String> push(RunningWeir weir, AccessKey key, ProducerMatroska media) {
    try (var producer = new MediaProducer(weir, key)) {
      Outcome outcome =
          producer.put(
              MediaProducer.relative("cam", START), new ByteArrayInputStream(media.bytes()));
      assertThat(outcome.failure()).isEmpty();
      return outcome.numbers(Values.PERSISTED);
    }
  }

  private static String arn(RunningWeir weir, AccessKey key) {
    try (var control = AwsClients.control(weir, key)) {
      return control
          .createStream(call -> call.streamName("cam").dataRetentionInHours(24))
          .streamARN();
    }
  }

  private static void awaitHook(RunningWeir weir, String id) {
    Eventually.holds(id, () -> weir.get("/v1/hooks/" + id).statusCode() == 200);
  }

  private static BufferedImage picture(byte[] file) {
    try {
      return ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void picturesAreObjectsOfABucketSignedNamedAndDescribedAsThere() {
    AccessKey ofStore =
        new AccessKeys(storeKeys, InstantSource.system())
            .create("", Optional.empty(), List.of(Permission.ALL));
    try (var receiver = new ObjectReceiver(storeKeys)) {
      var store =
          new ImageStore.Bucket(
              URI.create(receiver.url()), "us-east-1", ofStore.id(), ofStore.secret());
      AccessKey key = AwsClients.key(data);
      try (RunningWeir weir = weir(data, store)) {
        var _ = arn(weir, key);
        try (var control = AwsClients.control(weir, key)) {
          control.updateImageGenerationConfiguration(
              call -> call.streamName("cam").imageGenerationConfiguration(images().build()));
        }
        awaitHook(weir, "kvs-images:cam");
        // A store that is away for a while is asked again.
        receiver.refuseNext(3);
        List<String> numbers = push(weir, key, asking(GENERATE));
        Eventually.holds("eight pictures", () -> receiver.objects().size() == 8);
        List<StoredObject> found = receiver.objects();
        assertThat(found.subList(0, 4))
            .allSatisfy(each -> {
              assertThat(each.key()).startsWith("pictures/door/a b_000000000000_cam_177009");
              assertThat(each.metadata())
                  .containsEntry("aws_kinesisvideo_fragment_number", numbers.get(1))
                  .containsEntry("aws_kinesisvideo_producer_timestamp", "1770091508021")
                  .containsEntry("door", "front")
                  .containsKey("aws_kinesisvideo_server_timestamp");
            });
        assertThat(found.subList(4, 8))
            .allSatisfy(each -> {
              assertThat(each.key()).startsWith("pictures/garden_000000000000_cam_177009");
              assertThat(each.metadata())
                  .containsEntry("aws_kinesisvideo_fragment_number", numbers.get(3))
                  .containsEntry("door", "back");
            });
        assertThat(found)
            .allSatisfy(each -> {
              assertThat(each.key()).matches(".*_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.jpg");
              assertThat(each.contentType()).isEqualTo("image/jpeg");
              assertThat(picture(each.body()).getWidth()).isEqualTo(320);
            });
        assertThat(found.stream().map(StoredObject::key)).doesNotHaveDuplicates();
        assertThat(weir.delete("/v1/hooks/kvs-images:cam").statusCode()).isEqualTo(409);

        try (var control = AwsClients.control(weir, key)) {
          control.updateImageGenerationConfiguration(call -> call.streamName("cam"));
        }
        Eventually.holds("no hook", () -> weir.get("/v1/hooks/kvs-images:cam").statusCode() == 404);
      }
    }
  }

  @Test
  void picturesAreFilesOfAFolderAndTheProducersPrefixDoesNotLeadOutOfIt() throws IOException {
    AccessKey key = AwsClients.key(data);
    Path pictures = folder.resolve("pictures");
    try (RunningWeir weir = weir(data, new ImageStore.Folder(pictures))) {
      var _ = arn(weir, key);
      try (var control = AwsClients.control(weir, key)) {
        control.updateImageGenerationConfiguration(call ->
            call.streamName("cam")
                .imageGenerationConfiguration(
                    images().format(Format.PNG).samplingInterval(1000).build()));
      }
      awaitHook(weir, "kvs-images:cam");
      var media = new ProducerMatroska().header(VIDEO.tracks());
      media.cluster(VIDEO.groups().get(0));
      media.tags(GENERATE, "", "AWS_KINESISVIDEO_IMAGE_PREFIX", "../../out");
      media.cluster(VIDEO.groups().get(1));
      media.tags(GENERATE, "");
      media.cluster(VIDEO.groups().get(2));
      push(weir, key, media);
      Eventually.holds(
          "a dead letter of each picture that would lead out, and two files",
          () ->
              weir.json("/v1/hooks/kvs-images:cam/deliveries").path("dead").size() == 2
                  && files(pictures).size() == 2);
      assertThat(files(pictures))
          .allSatisfy(file -> {
            assertThat(pictures.relativize(file).toString()).startsWith("pictures/garden_0000");
            assertThat(file.toString()).endsWith(".png");
          });
      assertThat(folder.resolve("out")).doesNotExist();
      assertThat(weir.json("/v1/hooks/kvs-images:cam/deliveries").at("/dead/0/reason").asText())
          .contains("leads out");
    }
  }

  private static List<Path> files(Path under) {
    try (Stream<Path> all = Files.exists(under) ? Files.walk(under) : Stream.empty()) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".part"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void notificationsArePostedAsMessagesOfTheirTopic() throws IOException {
    AccessKey key = AwsClients.key(data);
    try (var receiver = new HookReceiver();
        RunningWeir weir = weir(data, new ImageStore.None())) {
      String arn = arn(weir, key);
      try (var control = AwsClients.control(weir, key)) {
        control.updateNotificationConfiguration(call ->
            call.streamName("cam")
                .notificationConfiguration(configuration ->
                    configuration
                        .status(ConfigurationStatus.ENABLED)
                        .destinationConfig(to -> to.uri(receiver.url()))));
      }
      awaitHook(weir, "kvs-notification:cam");
      List<String> numbers = push(weir, key, asking(NOTIFY));
      Eventually.holds("two messages", () -> receiver.taken().size() == 2);
      JsonNode envelope = new ObjectMapper().readTree(receiver.taken().getFirst().body());
      assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
      assertThat(envelope.path("Subject").asText()).isEqualTo("Kinesis Video Streams Notification");
      JsonNode message = new ObjectMapper().readTree(envelope.path("Message").asText());
      assertThat(message.path("StreamArn").asText()).isEqualTo(arn);
      assertThat(message.path("FragmentNumber").asText()).isEqualTo(numbers.get(1));
      assertThat(message.path("FragmentStartProducerTimestamp").asLong())
          .isEqualTo(START.toEpochMilli() + 2021);
      assertThat(message.path("NotificationType").asText()).isEqualTo("PERSISTED");
      assertThat(message.path("NotificationPayload").toString()).isEqualTo("{\"door\":\"front\"}");
      assertThat(receiver.taken().get(1).header("Weir-Fragment")).isEqualTo(numbers.get(3));
    }
  }
}
