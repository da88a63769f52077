// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.testing.RunningWeir;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideo.model.ComparisonOperator;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.NotAuthorizedException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideo.model.Status;
import software.amazon.awssdk.services.kinesisvideo.model.StreamInfo;
import software.amazon.awssdk.services.kinesisvideo.model.UpdateDataRetentionOperation;
import software.amazon.awssdk.services.kinesisvideo.model.VersionMismatchException;

/** Streams through the SDK for Java 2, each call signed and checked. */
final class StreamOperationsIT {

  @TempDir Path data;
  private AccessKey key;
  private RunningWeir weir;
  private KinesisVideoClient client;

  @BeforeEach
  void start() {
    key = AwsClients.key(data);
    weir = new RunningWeir(data);
    client = AwsClients.control(weir, key);
  }

  @AfterEach
  void stop() {
    client.close();
    weir.close();
  }

  private StreamInfo describe(String name) {
    return client.describeStream(call -> call.streamName(name)).streamInfo();
  }

  @Test
  void aStreamIsWhatItWasCreatedAs() {
    Instant before = Instant.now().minusSeconds(1);
    String arn =
        client
            .createStream(call ->
                call.streamName("cam.1_a-b")
                    .deviceName("lens")
                    .mediaType("video/h264,audio/aac")
                    .kmsKeyId("alias/mine")
                    .dataRetentionInHours(48)
                    .tags(Map.of("place", "hall")))
            .streamARN();
    StreamInfo info = describe("cam.1_a-b");
    assertThat(arn)
        .matches("arn:aws:kinesisvideo:us-east-1:000000000000:stream/cam.1_a-b/[0-9]{13}")
        .endsWith("/" + info.creationTime().toEpochMilli())
        .isEqualTo(info.streamARN());
    assertThat(info.creationTime()).isBetween(before, Instant.now().plusSeconds(1));
    assertThat(info.status()).isEqualTo(Status.ACTIVE);
    assertThat(info.deviceName()).isEqualTo("lens");
    assertThat(info.mediaType()).isEqualTo("video/h264,audio/aac");
    assertThat(info.kmsKeyId()).isEqualTo("alias/mine");
    assertThat(info.dataRetentionInHours()).isEqualTo(48);
    assertThat(info.version()).matches("[a-z0-9]{20}");
    assertThat(client.describeStream(call -> call.streamARN(arn)).streamInfo()).isEqualTo(info);
    assertThat(client.listTagsForStream(call -> call.streamARN(arn)).tags())
        .containsExactly(Map.entry("place", "hall"));
  }

  @Test
  void aStreamIsTheSameAfterARestart() {
    client.createStream(call -> call.streamName("cam").deviceName("lens").dataRetentionInHours(2));
    StreamInfo before = describe("cam");
    weir.stop();
    weir.start();
    try (KinesisVideoClient again = AwsClients.control(weir, key)) {
      assertThat(again.describeStream(call -> call.streamName("cam")).streamInfo())
          .isEqualTo(before);
    }
  }

  @Test
  void bothFacesShowOneStream() {
    client.createStream(call -> call.streamName("cam").dataRetentionInHours(36));
    assertThat(weir.json("/v1/streams/cam").path("retention").asText()).isEqualTo("36h");
    weir.put("/v1/streams/door", "{\"retention\":\"90m\"}");
    weir.put("/v1/streams/gate", "{}");
    assertThat(describe("door").dataRetentionInHours()).isEqualTo(2);
    assertThat(describe("gate").dataRetentionInHours()).isEqualTo(87_600);
  }

  @Test
  void aStreamWithoutRetentionIsKeptInMemory() {
    client.createStream(call -> call.streamName("cam"));
    assertThat(describe("cam").dataRetentionInHours()).isZero();
    assertThat(weir.json("/v1/streams/cam").path("durability").asText()).isEqualTo("memory");
  }

  @Test
  void aNameIsGivenOnce() {
    client.createStream(call -> call.streamName("cam"));
    assertThatThrownBy(() -> client.createStream(call -> call.streamName("cam")))
        .isInstanceOf(ResourceInUseException.class);
  }

  @Test
  void aStreamThatDoesNotExistIsNotFound() {
    assertThatThrownBy(() -> describe("cam"))
        .isInstanceOfSatisfying(
            ResourceNotFoundException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(404);
              assertThat(e.requestId()).matches("[0-9a-f-]{36}");
              assertThat(e.awsErrorDetails().errorMessage())
                  .isEqualTo("The requested stream is not found or not active.");
            });
  }

  @Test
  void aStreamMustBeNamedAndNamedOnce() {
    String arn = client.createStream(call -> call.streamName("cam")).streamARN();
    client.createStream(call -> call.streamName("door"));
    assertThatThrownBy(() -> client.describeStream(call -> {}))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> client.describeStream(call -> call.streamName("door").streamARN(arn)))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(client.describeStream(call -> call.streamName("cam").streamARN(arn)).streamInfo())
        .isEqualTo(describe("cam"));
  }

  @Test
  void anArnIsOfOneLifeOfAStream() {
    String arn = client.createStream(call -> call.streamName("cam")).streamARN();
    client.deleteStream(call -> call.streamARN(arn));
    assertThatThrownBy(() -> describe("cam")).isInstanceOf(ResourceNotFoundException.class);
    client.createStream(call -> call.streamName("cam"));
    assertThatThrownBy(() -> client.deleteStream(call -> call.streamARN(arn)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void whoeverKnowsAnOldVersionChangesNothing() {
    client.createStream(call -> call.streamName("cam").dataRetentionInHours(1));
    StreamInfo first = describe("cam");
    client.updateStream(call ->
        call.streamName("cam")
            .currentVersion(first.version())
            .deviceName("other")
            .mediaType("video/h265"));
    StreamInfo second = describe("cam");
    assertThat(second.deviceName()).isEqualTo("other");
    assertThat(second.mediaType()).isEqualTo("video/h265");
    assertThat(second.version()).isNotEqualTo(first.version());
    assertThatThrownBy(() ->
            client.updateStream(
                call -> call.streamName("cam").currentVersion(first.version()).deviceName("third")))
        .isInstanceOf(VersionMismatchException.class);
    assertThatThrownBy(() ->
            client.deleteStream(
                call -> call.streamARN(first.streamARN()).currentVersion(first.version())))
        .isInstanceOf(VersionMismatchException.class);
    assertThat(describe("cam")).isEqualTo(second);
    // Back to what it was, it is a version that there has not been.
    client.updateStream(
        call -> call.streamName("cam").currentVersion(second.version()).deviceName("lens"));
    client.updateStream(call ->
        call.streamName("cam").currentVersion(describe("cam").version()).deviceName("other"));
    assertThat(describe("cam").version()).isNotIn(first.version(), second.version());
  }

  @Test
  void retentionIsChangedByADifference() {
    client.createStream(call -> call.streamName("cam").dataRetentionInHours(5));
    String first = describe("cam").version();
    retain(UpdateDataRetentionOperation.INCREASE_DATA_RETENTION, 7);
    assertThat(describe("cam").dataRetentionInHours()).isEqualTo(12);
    assertThat(describe("cam").version()).isNotEqualTo(first);
    retain(UpdateDataRetentionOperation.DECREASE_DATA_RETENTION, 11);
    assertThat(describe("cam").dataRetentionInHours()).isEqualTo(1);
    assertThatThrownBy(() -> retain(UpdateDataRetentionOperation.DECREASE_DATA_RETENTION, 2))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> retain(UpdateDataRetentionOperation.INCREASE_DATA_RETENTION, 87_600))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(describe("cam").dataRetentionInHours()).isEqualTo(1);
  }

  private void retain(UpdateDataRetentionOperation operation, int hours) {
    client.updateDataRetention(call ->
        call.streamName("cam")
            .currentVersion(describe("cam").version())
            .operation(operation)
            .dataRetentionChangeInHours(hours));
  }

  @Test
  void streamsAreListedInPages() {
    IntStream.range(0, 7).forEach(i -> client.createStream(call -> call.streamName("cam-" + i)));
    client.createStream(call -> call.streamName("door"));
    List<String> paged =
        client
            .listStreamsPaginator(call ->
                call.maxResults(3)
                    .streamNameCondition(condition ->
                        condition
                            .comparisonOperator(ComparisonOperator.BEGINS_WITH)
                            .comparisonValue("cam-")))
            .streamInfoList()
            .stream()
            .map(StreamInfo::streamName)
            .toList();
    assertThat(paged)
        .containsExactly("cam-0", "cam-1", "cam-2", "cam-3", "cam-4", "cam-5", "cam-6");
    assertThat(client.listStreams().streamInfoList()).hasSize(8);
    assertThat(client.listStreams().nextToken()).isNull();
    for (String foreign : List.of("=a", "AAAA", "Y2FtLTE=")) {
      assertThatThrownBy(() -> client.listStreams(call -> call.nextToken(foreign)))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = APIName.class,
      names = "UNKNOWN_TO_SDK_VERSION",
      mode = EnumSource.Mode.EXCLUDE)
  void mediaGoesWhereTheClientCameFrom(APIName name) {
    client.createStream(call -> call.streamName("cam"));
    assertThat(client.getDataEndpoint(call -> call.streamName("cam").apiName(name)).dataEndpoint())
        .isEqualTo(weir.url(""));
  }

  @Test
  void aKeyDoesWhatItMay() {
    AccessKey narrow = AwsClients.key(data, "Create*,Describe*@cam-*");
    weir.stop();
    weir.start();
    try (KinesisVideoClient allowed = AwsClients.control(weir, narrow)) {
      String arn = allowed.createStream(call -> call.streamName("cam-1")).streamARN();
      allowed.describeStream(call -> call.streamARN(arn));
      assertThatThrownBy(() -> allowed.createStream(call -> call.streamName("door")))
          .isInstanceOfSatisfying(
              NotAuthorizedException.class, e -> assertThat(e.statusCode()).isEqualTo(401));
      assertThatThrownBy(() -> allowed.describeStream(call -> call.streamName("door")))
          .isInstanceOf(NotAuthorizedException.class);
      assertThatThrownBy(() -> allowed.deleteStream(call -> call.streamARN(arn)))
          .isInstanceOf(NotAuthorizedException.class);
    }
  }

  @Test
  void aWrongSecretIsRefusedByTheNameClientsKnow() {
    var wrong =
        new AccessKey(
            key.id(),
            key.secret() + "x",
            key.sessionToken(),
            "",
            key.created(),
            key.expires(),
            key.permissions());
    try (KinesisVideoClient other = AwsClients.control(weir, wrong)) {
      assertThatThrownBy(() -> other.describeStream(call -> call.streamName("cam")))
          .isInstanceOfSatisfying(
              AwsServiceException.class,
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
              });
    }
  }

  @Test
  void aTemporaryKeyWorksWithItsToken() {
    AccessKey temporary = AwsClients.temporaryKey(data, Duration.ofHours(1));
    weir.stop();
    weir.start();
    try (KinesisVideoClient other = AwsClients.control(weir, temporary)) {
      assertThat(other.listStreams().streamInfoList()).isEmpty();
    }
  }
}
