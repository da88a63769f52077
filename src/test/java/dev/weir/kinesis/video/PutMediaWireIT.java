// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.server.KinesisOptions;
import dev.weir.server.ServerOptions;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PutMedia byte for byte, as producers that are no SDK see it. */
final class PutMediaWireIT {

  private static final Source VIDEO = Source.of(Path.of("media-samples", "h264-baseline-2997.mkv"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path data;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(data);
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  private WireClient begun(String... more) {
    var client = new WireClient(weir);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "POST /putMedia HTTP/1.1",
                // As the producers for C send it, without the port.
                "Host: 127.0.0.1",
                "x-amzn-stream-name: cam",
                "x-amzn-fragment-timecode-type: RELATIVE",
                "Transfer-Encoding: chunked"));
    lines.addAll(List.of(more));
    return client.sendHead(lines.toArray(String[]::new));
  }

  private static void send(WireClient client, ProducerMatroska media) {
    byte[] bytes = media.take();
    client.sendChunk(bytes, 0, bytes.length);
  }

  private static JsonNode ack(WireClient client) throws IOException {
    byte[] chunk = client.chunk();
    assertThat(chunk).hasSizeLessThan(1024).endsWith((byte) '\n');
    return JSON.readTree(chunk);
  }

  private String startOfFirst() {
    return weir.json("/v1/streams/cam/fragments")
        .path("items")
        .path(0)
        .path("producerTime")
        .asText();
  }

  @Test
  void theAnswerBeginsBeforeAnyMedia() {
    try (WireClient client = begun("x-amzn-producer-start-timestamp: 1770091506.007")) {
      WireClient.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("transfer-encoding")).isEqualTo("chunked");
      assertThat(head.field("content-type")).isEqualTo("application/json");
      assertThat(head.field("x-amzn-requestid")).matches("[0-9a-f-]{36}");
    }
  }

  @Test
  void eachAcknowledgementIsAChunkOfItsOwnAndComesWhileTheBodyIsSent() throws IOException {
    try (WireClient client = begun("x-amzn-producer-start-timestamp: 1770091506.007")) {
      client.head();
      var media = new ProducerMatroska();
      send(client, media.header(VIDEO.tracks()).cluster(VIDEO.groups().get(0)));
      JsonNode first = ack(client);
      assertThat(first.fieldNames())
          .toIterable()
          .containsExactly("EventType", "FragmentTimecode", "FragmentNumber");
      assertThat(first.path("EventType").asText()).isEqualTo("BUFFERING");
      assertThat(first.path("FragmentTimecode").isIntegralNumber()).isTrue();
      assertThat(first.path("FragmentNumber").asText()).matches("[0-9]{47}");
      send(client, media.cluster(VIDEO.groups().get(1)));
      var events = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        events.add(ack(client).path("EventType").asText());
      }
      assertThat(events).containsExactlyInAnyOrder("RECEIVED", "BUFFERING", "PERSISTED");
      send(client, media.endOfFragment());
      assertThat(ack(client).path("EventType").asText()).isEqualTo("RECEIVED");
      assertThat(ack(client).path("EventType").asText()).isEqualTo("PERSISTED");
      client.send("0\r\n\r\n");
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
    }
  }

  @Test
  void whoWaitsToBeAskedIsAskedOrRefused() {
    try (WireClient client = begun("Expect: 100-continue")) {
      assertThat(client.head().status()).isEqualTo(100);
      assertThat(client.head().status()).isEqualTo(200);
    }
    weir.delete("/v1/streams/cam");
    try (WireClient client = begun("Expect: 100-continue")) {
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.head().field("x-amzn-errortype")).isEqualTo("ResourceNotFoundException");
      assertThat(answer.body())
          .contains("\"Message\":\"The requested stream is not found or not active.\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1770091506.007, 2026-02-03T04:05:06.007Z",
    "1770091506, 2026-02-03T04:05:06.000Z",
    "1.770091506007E9, 2026-02-03T04:05:06.007Z",
    // Written for 7 ms without its zeros, which nobody can tell from 700 ms.
    "1770091506.7, 2026-02-03T04:05:06.700Z",
    "2026-02-03T04:05:06.007Z, 2026-02-03T04:05:06.007Z",
    "2026-02-03T05:05:06+01:00, 2026-02-03T04:05:06.000Z"
  })
  void everyWayToWriteTheStartIsRead(String written, String start) throws IOException {
    try (WireClient client = begun("x-amzn-producer-start-timestamp: " + written)) {
      client.head();
      send(
          client,
          new ProducerMatroska()
              .header(VIDEO.tracks())
              .cluster(VIDEO.groups().get(0))
              .endOfFragment());
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      assertThat(startOfFirst()).isEqualTo(start);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-02-03Tx", "1e999"})
  void aStartThatIsNoTimeIsRefused(String written) {
    try (WireClient client = begun("x-amzn-producer-start-timestamp: " + written)) {
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.head().field("x-amzn-errortype")).isEqualTo("InvalidArgumentException");
    }
  }

  @Test
  void theTargetMayBeAbsolute() {
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST " + weir.url("/putMedia") + " HTTP/1.1",
          "Host: 127.0.0.1",
          "x-amzn-stream-name: cam",
          "x-amzn-fragment-timecode-type: ABSOLUTE",
          "Transfer-Encoding: chunked");
      assertThat(client.head().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-amzn-fragment-timecode-type: SOMETIMES", "x-amzn-stream-arn: cam"})
  void fieldsThatBreakTheModelAreRefused(String field) {
    try (var client = new WireClient(weir)) {
      client.sendHead(
          "POST /putMedia HTTP/1.1", "Host: 127.0.0.1", field, "Transfer-Encoding: chunked");
      WireClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.head().field("x-amzn-errortype")).isEqualTo("InvalidArgumentException");
    }
  }

  @Test
  void silenceIsAnsweredWithIdle() throws IOException {
    try (WireClient client = begun()) {
      client.head();
      assertThat(client.chunk())
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("{\"EventType\":\"IDLE\"}\n");
    }
  }

  @Test
  void aFragmentThatWasCutOffIsNotKept() throws IOException {
    var media = new ProducerMatroska().header(VIDEO.tracks()).cluster(VIDEO.groups().get(0));
    media.cluster(VIDEO.groups().get(1));
    byte[] bytes = media.bytes();
    try (WireClient client = begun()) {
      client.head();
      client.sendChunk(bytes, 0, bytes.length - 100);
      assertThat(ack(client).path("EventType").asText()).isEqualTo("BUFFERING");
      assertThat(ack(client).path("EventType").asText()).isEqualTo("RECEIVED");
    }
    weir.awaitPushesEnded(1);
    assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(1);
  }

  @Test
  void aBodyThatBreaksItsFramingIsAReadError() throws IOException {
    try (WireClient client = begun()) {
      client.head();
      var media = new ProducerMatroska();
      send(client, media.header(VIDEO.tracks()).cluster(VIDEO.groups().get(0)).endOfFragment());
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      client.send("no length\r\n");
      JsonNode last = ack(client);
      assertThat(last.path("EventType").asText()).isEqualTo("ERROR");
      assertThat(last.path("ErrorId").asInt()).isEqualTo(4000);
      assertThat(last.path("ErrorCode").asText()).isEqualTo("STREAM_READ_ERROR");
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
    }
    assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(1);
  }

  @Test
  void aStreamThatIsDeletedEndsItsPushes() throws IOException {
    try (WireClient client = begun()) {
      client.head();
      var media = new ProducerMatroska();
      send(client, media.header(VIDEO.tracks()).cluster(VIDEO.groups().get(0)).endOfFragment());
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      weir.delete("/v1/streams/cam");
      send(client, media.cluster(VIDEO.groups().get(1)));
      JsonNode last = ack(client);
      assertThat(last.path("EventType").asText()).isEqualTo("ERROR");
      assertThat(last.path("ErrorId").asInt()).isEqualTo(4008);
      assertThat(last.path("ErrorCode").asText()).isEqualTo("STREAM_NOT_ACTIVE");
    }
  }

  private static void assertNotActive(JsonNode last) {
    assertThat(last.path("EventType").asText()).isEqualTo("ERROR");
    assertThat(last.path("ErrorId").asInt()).isEqualTo(4008);
    assertThat(last.path("ErrorCode").asText()).isEqualTo("STREAM_NOT_ACTIVE");
  }

  @Test
  void aStreamThatIsDeletedInsideAFragmentEndsItsPushesAsBetweenTwo() throws IOException {
    try (WireClient client = begun()) {
      client.head();
      byte[] media =
          new ProducerMatroska()
              .header(VIDEO.tracks())
              .cluster(VIDEO.groups().get(0))
              .cluster(VIDEO.groups().get(1))
              .endOfFragment()
              .bytes();
      int most = media.length - 1000;
      client.sendChunk(media, 0, most);
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      weir.delete("/v1/streams/cam");
      client.sendChunk(media, most, media.length);
      JsonNode last = ack(client);
      while (!last.path("EventType").asText().equals("ERROR")) {
        last = ack(client);
      }
      assertNotActive(last);
    }
  }

  @Test
  void whoSendsNothingHearsThatTheStreamWasDeleted() throws IOException {
    try (WireClient client = begun()) {
      client.head();
      var media = new ProducerMatroska();
      send(client, media.header(VIDEO.tracks()).cluster(VIDEO.groups().get(0)).endOfFragment());
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      weir.delete("/v1/streams/cam");
      assertNotActive(ack(client));
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
    }
  }

  private void startWith(Quotas quotas) {
    weir.close();
    weir =
        new RunningWeir(
            ServerOptions.of(RunningWeir.ANY_PORT, data).with(KinesisOptions.DEFAULT.with(quotas)));
  }

  @Test
  void whoTricklesForLongerThanIsGrantedIsEndedWithoutALine() throws IOException {
    startWith(Quotas.GENEROUS.withTrickle(Duration.ofMillis(1500)));
    try (WireClient client = begun()) {
      client.head();
      send(
          client,
          new ProducerMatroska()
              .header(VIDEO.tracks())
              .cluster(VIDEO.groups().get(0))
              .endOfFragment());
      for (int i = 0; i < 3; i++) {
        ack(client);
      }
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
    }
  }

  @Test
  void whoSendsForLongerThanIsGrantedIsEnded() throws IOException {
    startWith(Quotas.GENEROUS.withConnection(Duration.ofMillis(1)));
    try (WireClient client = begun()) {
      client.head();
      send(client, new ProducerMatroska().header(VIDEO.tracks()).cluster(VIDEO.groups().get(0)));
      JsonNode last = ack(client);
      while (!last.path("EventType").asText().equals("ERROR")) {
        last = ack(client);
      }
      assertThat(last.path("ErrorId").asInt()).isEqualTo(4003);
    }
  }
}
