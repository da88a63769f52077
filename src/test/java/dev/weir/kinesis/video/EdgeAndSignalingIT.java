// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.MediaStorageConfigurationStatus;
import software.amazon.awssdk.services.kinesisvideo.model.MediaUriType;
import software.amazon.awssdk.services.kinesisvideo.model.NotAuthorizedException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideo.model.StartEdgeConfigurationUpdateRequest;
import software.amazon.awssdk.services.kinesisvideo.model.StreamEdgeConfigurationNotFoundException;

/**
 * What there is none of here: edge agents and mapped channels are not found, signaling channels are
 * not supported; each said so by the SDK for Java 2.
 */
final class EdgeAndSignalingIT extends ControlOperations {

  private static final String HUB = "arn:aws:iot:us-east-1:000000000000:thing/hub";
  private static final String CHANNEL =
      "arn:aws:kinesisvideo:us-east-1:000000000000:channel/talk/1770091506007";

  private static void edge(StartEdgeConfigurationUpdateRequest.Builder call) {
    call.edgeConfig(edge ->
        edge.hubDeviceArn(HUB)
            .recorderConfig(recorder ->
                recorder.mediaSourceConfig(source ->
                    source
                        .mediaUriSecretArn(
                            "arn:aws:secretsmanager:us-east-1:000000000000:secret:camera")
                        .mediaUriType(MediaUriType.RTSP_URI))));
  }

  @Test
  void noStreamHasAnEdgeConfiguration() {
    refused(
        () -> client.describeEdgeConfiguration(call -> call.streamName("cam")),
        StreamEdgeConfigurationNotFoundException.class);
    refused(
        () -> client.deleteEdgeConfiguration(call -> call.streamARN(arn)),
        StreamEdgeConfigurationNotFoundException.class);
    assertThatThrownBy(
            () -> client.startEdgeConfigurationUpdate(call -> edge(call.streamName("cam"))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining(HUB);
    assertThat(client.listEdgeAgentConfigurations(call -> call.hubDeviceArn(HUB)).edgeConfigs())
        .isEmpty();
  }

  @Test
  void edgeOperationsKnowTheirStreamsAndTheirModel() {
    refused(
        () -> client.describeEdgeConfiguration(call -> call.streamName("none")),
        ResourceNotFoundException.class);
    refused(
        () -> client.deleteEdgeConfiguration(call -> call.streamARN(GONE)),
        ResourceNotFoundException.class);
    refused(
        () -> client.startEdgeConfigurationUpdate(call -> edge(call.streamName("none"))),
        ResourceNotFoundException.class);
    refused(
        () -> client.startEdgeConfigurationUpdate(call -> call.streamName("cam")),
        InvalidArgumentException.class);
    refused(
        () -> client.listEdgeAgentConfigurations(call -> call.hubDeviceArn("hub")),
        InvalidArgumentException.class);
    denied(() -> powerless.describeEdgeConfiguration(call -> call.streamName("cam")));
    denied(() -> powerless.deleteEdgeConfiguration(call -> call.streamName("cam")));
    denied(() -> powerless.startEdgeConfigurationUpdate(call -> edge(call.streamName("cam"))));
    refused(
        () -> powerless.listEdgeAgentConfigurations(call -> call.hubDeviceArn(HUB)),
        NotAuthorizedException.class);
  }

  @Test
  void noStreamIsMappedToAChannel() {
    assertThat(
            client
                .describeMappedResourceConfiguration(call -> call.streamName("cam"))
                .mappedResourceConfigurationList())
        .isEmpty();
    refused(
        () -> client.describeMappedResourceConfiguration(call -> call.streamName("none")),
        ResourceNotFoundException.class);
    refused(
        () ->
            client.describeMappedResourceConfiguration(
                call -> call.streamName("cam").maxResults(2)),
        InvalidArgumentException.class);
    denied(() -> powerless.describeMappedResourceConfiguration(call -> call.streamName("cam")));
  }

  @Test
  void signalingIsNotSupportedAndSaysSoByName() {
    List<Consumer<KinesisVideoClient>> calls =
        List.of(
            each -> each.createSignalingChannel(call -> call.channelName("talk")),
            each -> each.describeSignalingChannel(call -> call.channelName("talk")),
            each -> each.listSignalingChannels(call -> {}),
            each ->
                each.updateSignalingChannel(call -> call.channelARN(CHANNEL).currentVersion("a")),
            each -> each.deleteSignalingChannel(call -> call.channelARN(CHANNEL)),
            each -> each.getSignalingChannelEndpoint(call -> call.channelARN(CHANNEL)),
            each -> each.describeMediaStorageConfiguration(call -> call.channelName("talk")),
            each ->
                each.updateMediaStorageConfiguration(call ->
                    call.channelARN(CHANNEL)
                        .mediaStorageConfiguration(
                            storage -> storage.status(MediaStorageConfigurationStatus.DISABLED))));
    for (Consumer<KinesisVideoClient> call : calls) {
      assertThatThrownBy(() -> call.accept(client))
          .isInstanceOfSatisfying(
              AwsServiceException.class,
              refused -> {
                assertThat(refused.statusCode()).isEqualTo(400);
                assertThat(refused.awsErrorDetails().errorCode())
                    .isEqualTo("UnsupportedOperationException");
              });
    }
  }
}
