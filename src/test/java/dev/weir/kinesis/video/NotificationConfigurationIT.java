// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesisvideo.model.ConfigurationStatus;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideo.model.NotificationConfiguration;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;

/** Whom notifications would go to: kept and given back, by the SDK for Java 2. */
final class NotificationConfigurationIT extends ControlOperations {

  private static final NotificationConfiguration WANTED =
      NotificationConfiguration.builder()
          .status(ConfigurationStatus.ENABLED)
          .destinationConfig(to -> to.uri("arn:aws:sns:us-east-1:000000000000:cam"))
          .build();

  private NotificationConfiguration described() {
    return client
        .describeNotificationConfiguration(call -> call.streamName("cam"))
        .notificationConfiguration();
  }

  @Test
  void whatIsSetIsGivenBackUntilItIsTakenAway() {
    assertThat(described()).isNull();
    client.updateNotificationConfiguration(
        call -> call.streamName("cam").notificationConfiguration(WANTED));
    assertThat(described()).isEqualTo(WANTED);
    restart();
    assertThat(described()).isEqualTo(WANTED);
    client.updateNotificationConfiguration(call -> call.streamARN(arn));
    assertThat(described()).isNull();
  }

  @Test
  void whatBreaksTheModelIsRefused() {
    refused(
        () ->
            client.updateNotificationConfiguration(call ->
                call.streamName("cam")
                    .notificationConfiguration(WANTED.toBuilder().status("MAYBE").build())),
        InvalidArgumentException.class);
    refused(
        () ->
            client.updateNotificationConfiguration(call ->
                call.streamName("cam")
                    .notificationConfiguration(
                        wanted -> wanted.status(ConfigurationStatus.DISABLED))),
        InvalidArgumentException.class);
    assertThat(described()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gopher://x", "http://[::1", "s3://pictures/cam"})
  void aPlaceWhereNothingCanBeSentIsRefused(String uri) {
    refused(
        () ->
            client.updateNotificationConfiguration(call ->
                call.streamName("cam")
                    .notificationConfiguration(
                        WANTED.toBuilder().destinationConfig(to -> to.uri(uri)).build())),
        InvalidArgumentException.class);
    assertThat(described()).isNull();
  }

  @Test
  void aStreamWithoutRetentionHasNone() {
    refused(
        () ->
            client.updateNotificationConfiguration(
                call -> call.streamName("short").notificationConfiguration(WANTED)),
        NoDataRetentionException.class);
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhoMayNotIsRefused() {
    refused(
        () -> client.describeNotificationConfiguration(call -> call.streamName("none")),
        ResourceNotFoundException.class);
    refused(
        () -> client.updateNotificationConfiguration(call -> call.streamARN(GONE)),
        ResourceNotFoundException.class);
    denied(() -> powerless.describeNotificationConfiguration(call -> call.streamName("cam")));
    denied(() -> powerless.updateNotificationConfiguration(call -> call.streamName("cam")));
  }
}
