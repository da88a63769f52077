// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.control.AccessKey;
import dev.weir.hooks.AddressRules;
import dev.weir.hooks.ImageStore;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.MediaProducer;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.server.KinesisOptions;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.ObjectStore;
import dev.weir.testing.RunningWeir;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesisvideo.model.ConfigurationStatus;
import software.amazon.awssdk.services.kinesisvideo.model.Format;
import software.amazon.awssdk.services.kinesisvideo.model.ImageSelectorType;

/** Pictures that are generated, in a store like S3 that others wrote. */
final class ObjectStoreIT {

  private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");
  private static final Source VIDEO = Source.of(Path.of("media-samples/h264-aac.mkv"));

  @TempDir Path data;
  @TempDir Path stored;

  private RunningWeir weir(ImageStore images) {
    return new RunningWeir(
        ServerOptions.of(RunningWeir.ANY_PORT, data)
            .with(AddressRules.allowing(List.of("127.0.0.1")))
            .with(KinesisOptions.DEFAULT.with(images)));
  }

  /** Pushes two seconds of which a picture each half second is asked for. */
  private static void generate(RunningWeir weir, AccessKey key) {
    try (var control = AwsClients.control(weir, key);
        var producer = new MediaProducer(weir, key)) {
      control.createStream(call -> call.streamName("cam").dataRetentionInHours(24));
      control.updateImageGenerationConfiguration(call ->
          call.streamName("cam")
              .imageGenerationConfiguration(images ->
                  images
                      .status(ConfigurationStatus.ENABLED)
                      .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
                      .destinationConfig(
                          to -> to.uri("s3://pictures/garden").destinationRegion("us-east-1"))
                      .samplingInterval(500)
                      .format(Format.PNG)));
      Eventually.holds("the hook", () -> weir.get("/v1/hooks/kvs-images:cam").statusCode() == 200);
      var media = new ProducerMatroska().header(VIDEO.tracks());
      media.cluster(VIDEO.groups().getFirst());
      media.tags(
          "AWS_KINESISVIDEO_IMAGE_GENERATION",
          "",
          "AWS_KINESISVIDEO_IMAGE_PREFIX",
          "Tür/a b+c",
          "AWS_KINESISVIDEO_END_OF_FRAGMENT",
          "");
      assertThat(
              producer
                  .put(
                      MediaProducer.relative("cam", START), new ByteArrayInputStream(media.bytes()))
                  .failure())
          .isEmpty();
    }
  }

  @Test
  void aStoreTakesPicturesOfItsKeyUnderTheirNames() throws IOException {
    try (var store = new ObjectStore(stored, "pictures")) {
      AccessKey key = AwsClients.key(data);
      var images =
          new ImageStore.Bucket(
              URI.create(store.url()), "us-east-1", ObjectStore.KEY, ObjectStore.KEY);
      try (RunningWeir weir = weir(images)) {
        generate(weir, key);
        Eventually.holds("four pictures", () -> store.keys().size() == 4);
        for (String name : store.keys()) {
          assertThat(name).matches("Tür/a b\\+c_000000000000_cam_17700915\\d+_.*\\.png");
          long atMs = Long.parseLong(name.split("_", -1)[3]);
          BufferedImage put = ImageIO.read(new ByteArrayInputStream(store.object(name)));
          BufferedImage asked =
              ImageIO.read(
                  new ByteArrayInputStream(weir.bytes("/v1/streams/cam/frame.png?at=" + atMs)));
          assertThat(pixels(put)).isEqualTo(pixels(asked));
        }
      }
    }
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @Test
  void aStoreRefusesThePicturesOfAnotherKey() {
    try (var store = new ObjectStore(stored, "pictures")) {
      AccessKey key = AwsClients.key(data);
      var images =
          new ImageStore.Bucket(URI.create(store.url()), "us-east-1", "STRANGER", ObjectStore.KEY);
      try (RunningWeir weir = weir(images)) {
        generate(weir, key);
        Eventually.holds("an attempt", () -> !attempts(weir).isEmpty());
        assertThat(attempts(weir).path(0).path("outcome").asText()).isEqualTo("403");
        assertThat(store.keys()).isEmpty();
      }
    }
  }

  private static JsonNode attempts(RunningWeir weir) {
    return weir.json("/v1/hooks/kvs-images:cam/deliveries").path("items");
  }
}
