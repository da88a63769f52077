// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesisvideo.model.ConfigurationStatus;
import software.amazon.awssdk.services.kinesisvideo.model.Format;
import software.amazon.awssdk.services.kinesisvideo.model.FormatConfigKey;
import software.amazon.awssdk.services.kinesisvideo.model.ImageGenerationConfiguration;
import software.amazon.awssdk.services.kinesisvideo.model.ImageSelectorType;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;

/** How images would be generated: kept and given back, by the SDK for Java 2. */
final class ImageGenerationConfigurationIT extends ControlOperations {

  private static final ImageGenerationConfiguration WANTED =
      ImageGenerationConfiguration.builder()
          .status(ConfigurationStatus.ENABLED)
          .imageSelectorType(ImageSelectorType.SERVER_TIMESTAMP)
          .destinationConfig(to -> to.uri("s3://pictures/cam").destinationRegion("eu-central-1"))
          .samplingInterval(3000)
          .format(Format.JPEG)
          .formatConfig(Map.of(FormatConfigKey.JPEG_QUALITY, "70"))
          .widthPixels(640)
          .build();

  private ImageGenerationConfiguration described() {
    return client
        .describeImageGenerationConfiguration(call -> call.streamName("cam"))
        .imageGenerationConfiguration();
  }

  private void update(ImageGenerationConfiguration wanted) {
    client.updateImageGenerationConfiguration(
        call -> call.streamARN(arn).imageGenerationConfiguration(wanted));
  }

  @Test
  void whatIsSetIsGivenBackUntilItIsTakenAway() {
    assertThat(described()).isNull();
    String version = version();
    update(WANTED);
    assertThat(described()).isEqualTo(WANTED);
    assertThat(version()).isEqualTo(version);
    restart();
    assertThat(described()).isEqualTo(WANTED);
  }

  @Test
  void whatIsLeftOutIsTakenAway() {
    update(WANTED);
    client.updateImageGenerationConfiguration(call -> call.streamName("cam"));
    assertThat(described()).isNull();
  }

  private void broken(Consumer<ImageGenerationConfiguration.Builder> step) {
    ImageGenerationConfiguration.Builder builder = WANTED.toBuilder();
    step.accept(builder);
    refused(() -> update(builder.build()), InvalidArgumentException.class);
    assertThat(described()).isNull();
  }

  @Test
  void whatBreaksTheModelIsRefused() {
    broken(wanted -> wanted.samplingInterval(199));
    broken(wanted -> wanted.widthPixels(3841));
    broken(wanted -> wanted.heightPixels(2161));
    broken(wanted -> wanted.formatConfig(Map.of(FormatConfigKey.JPEG_QUALITY, "101")));
    broken(wanted -> wanted.format("GIF"));
    broken(wanted -> wanted.destinationConfig(to -> to.uri("s3://pictures/cam")));
    broken(wanted ->
        wanted.destinationConfig(to -> to.uri("http://x/y").destinationRegion("eu-central-1")));
  }

  @Test
  void aStreamWithoutRetentionHasNone() {
    refused(
        () ->
            client.updateImageGenerationConfiguration(
                call -> call.streamName("short").imageGenerationConfiguration(WANTED)),
        NoDataRetentionException.class);
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhoMayNotIsRefused() {
    refused(
        () -> client.describeImageGenerationConfiguration(call -> call.streamName("none")),
        ResourceNotFoundException.class);
    refused(
        () -> client.updateImageGenerationConfiguration(call -> call.streamARN(GONE)),
        ResourceNotFoundException.class);
    denied(() -> powerless.describeImageGenerationConfiguration(call -> call.streamName("cam")));
    denied(() -> powerless.updateImageGenerationConfiguration(call -> call.streamName("cam")));
  }
}
