// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.testing.RunningWeir;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesisvideo.model.KinesisVideoException;

/**
 * What tests of operations on streams begin with: a server with one stream that keeps media, one
 * that keeps none, a client that may all and one that may nothing with them.
 */
abstract class ControlOperations {

  /** Of a stream that was there once. */
  static final String GONE = "arn:aws:kinesisvideo:us-east-1:000000000000:stream/cam/1770091506007";

  @TempDir Path data;
  RunningWeir weir;
  KinesisVideoClient client;
  KinesisVideoClient powerless;
  String arn;

  private AccessKey key;

  @BeforeEach
  void start() {
    key = AwsClients.key(data);
    AccessKey none = AwsClients.key(data, "CreateStream@other");
    weir = new RunningWeir(data);
    client = AwsClients.control(weir, key);
    powerless = AwsClients.control(weir, none);
    arn = client.createStream(call -> call.streamName("cam").dataRetentionInHours(24)).streamARN();
    client.createStream(call -> call.streamName("short"));
  }

  @AfterEach
  void stop() {
    client.close();
    powerless.close();
    weir.close();
  }

  /** The server anew, on another port. */
  void restart() {
    weir.stop();
    weir.start();
    client.close();
    client = AwsClients.control(weir, key);
  }

  String version() {
    return client.describeStream(call -> call.streamName("cam")).streamInfo().version();
  }

  static void refused(ThrowingCallable call, Class<? extends KinesisVideoException> by) {
    assertThatThrownBy(call).isInstanceOf(by);
  }

  static void denied(ThrowingCallable call) {
    refused(call, AccessDeniedException.class);
  }
}
