// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesisvideo.model.DefaultStorageTier;
import software.amazon.awssdk.services.kinesisvideo.model.DescribeStreamStorageConfigurationResponse;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideo.model.VersionMismatchException;

/** The tier in which a stream is stored: kept and given back, by the SDK for Java 2. */
final class StreamStorageConfigurationIT extends ControlOperations {

  private DescribeStreamStorageConfigurationResponse described(String stream) {
    return client.describeStreamStorageConfiguration(call -> call.streamName(stream));
  }

  private DefaultStorageTier tier(String stream) {
    return described(stream).streamStorageConfiguration().defaultStorageTier();
  }

  private void update(String version, String tier) {
    client.updateStreamStorageConfiguration(call ->
        call.streamName("cam")
            .currentVersion(version)
            .streamStorageConfiguration(storage -> storage.defaultStorageTier(tier)));
  }

  @Test
  void aStreamIsHotUntilItIsSaidToBeWarm() {
    assertThat(described("cam").streamName()).isEqualTo("cam");
    assertThat(described("cam").streamARN()).isEqualTo(arn);
    assertThat(tier("cam")).isEqualTo(DefaultStorageTier.HOT);
    String version = version();
    update(version, "WARM");
    assertThat(tier("cam")).isEqualTo(DefaultStorageTier.WARM);
    assertThat(version()).isNotEqualTo(version);
    restart();
    assertThat(tier("cam")).isEqualTo(DefaultStorageTier.WARM);
    refused(() -> update(version, "HOT"), VersionMismatchException.class);
  }

  @Test
  void aStreamCanBeMadeWarm() {
    client.createStream(call ->
        call.streamName("door")
            .streamStorageConfiguration(
                storage -> storage.defaultStorageTier(DefaultStorageTier.WARM)));
    assertThat(tier("door")).isEqualTo(DefaultStorageTier.WARM);
  }

  @Test
  void whatBreaksTheModelIsRefused() {
    refused(() -> update(version(), "COLD"), InvalidArgumentException.class);
    refused(
        () ->
            client.updateStreamStorageConfiguration(
                call -> call.streamName("cam").currentVersion(version())),
        InvalidArgumentException.class);
    refused(
        () -> client.describeStreamStorageConfiguration(call -> {}),
        InvalidArgumentException.class);
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhoMayNotIsRefused() {
    refused(() -> described("none"), ResourceNotFoundException.class);
    refused(
        () ->
            client.updateStreamStorageConfiguration(call ->
                call.streamARN(GONE)
                    .currentVersion("a")
                    .streamStorageConfiguration(
                        storage -> storage.defaultStorageTier(DefaultStorageTier.HOT))),
        ResourceNotFoundException.class);
    denied(() -> powerless.describeStreamStorageConfiguration(call -> call.streamName("cam")));
    denied(() ->
        powerless.updateStreamStorageConfiguration(call ->
            call.streamName("cam")
                .currentVersion("a")
                .streamStorageConfiguration(
                    storage -> storage.defaultStorageTier(DefaultStorageTier.HOT))));
  }
}
