// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.AccessKey;
import dev.weir.kinesis.AwsClients;
import dev.weir.kinesis.ProducerHead;
import dev.weir.kinesis.ProducerMatroska;
import dev.weir.kinesis.ProducerMatroska.Source;
import dev.weir.testing.Nginx;
import dev.weir.testing.RunningWeir;
import dev.weir.testing.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PutMedia as producers for C send and sign it, through nginx as the guide sets it up. */
final class ProducerBehindNginxIT {

  private static final Source VIDEO = Source.of(Path.of("media-samples", "h264-baseline-2997.mkv"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private AccessKey key;
  private RunningWeir weir;
  private Nginx nginx;
  private WireClient client;

  @BeforeEach
  void start() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    key = AwsClients.key(data);
    weir = new RunningWeir(data);
    nginx = new Nginx(Files.createDirectory(folder.resolve("nginx")), Optional.empty()).start(weir);
    client = new WireClient(nginx.port());
    weir.put("/v1/streams/cam", "{\"retention\":\"1d\"}");
  }

  @AfterEach
  void stop() {
    client.close();
    nginx.close();
    weir.close();
  }

  private void begin() {
    client.sendHead(ProducerHead.lines("cam", key, Instant.now()));
    assertThat(client.head().status()).isEqualTo(100);
  }

  private void send(ProducerMatroska media) {
    byte[] bytes = media.take();
    client.sendChunk(bytes, 0, bytes.length);
  }

  private JsonNode ack() throws IOException {
    byte[] chunk = client.chunk();
    String text = new String(chunk, StandardCharsets.UTF_8);
    assertThat(text).as("one acknowledgement a chunk").endsWith("}\n").containsOnlyOnce("\n");
    return JSON.readTree(chunk);
  }

  private List<String> events(int count) throws IOException {
    var events = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      events.add(ack().path("EventType").asText());
    }
    return events;
  }

  @Test
  void acknowledgementsComeOneByOneWhileTheBodyIsSent() throws IOException {
    begin();
    var media = new ProducerMatroska().header(VIDEO.tracks()).cluster(VIDEO.groups().get(0));
    send(media);
    assertThat(client.head().status()).isEqualTo(200);
    assertThat(events(1)).containsExactly("BUFFERING");
    send(media.cluster(VIDEO.groups().get(1)));
    assertThat(events(3)).containsExactlyInAnyOrder("RECEIVED", "BUFFERING", "PERSISTED");
    send(media.endOfFragment());
    assertThat(events(2)).containsExactly("RECEIVED", "PERSISTED");
    client.send("0\r\n\r\n");
    assertThat(client.chunk()).isEmpty();
  }

  @Test
  void silenceIsAnsweredWithIdle() throws IOException {
    begin();
    assertThat(client.head().status()).isEqualTo(200);
    assertThat(events(2)).containsExactly("IDLE", "IDLE");
    send(
        new ProducerMatroska()
            .header(VIDEO.tracks())
            .cluster(VIDEO.groups().get(0))
            .endOfFragment());
    assertThat(events(3)).containsExactly("BUFFERING", "RECEIVED", "PERSISTED");
  }

  /** nginx asks for the body by itself; what the server refuses, it refuses after that. */
  @Test
  void aRefusalComesAfterTheBodyWasAskedFor() {
    weir.delete("/v1/streams/cam");
    begin();
    WireClient.Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head().field("x-amzn-errortype")).isEqualTo("ResourceNotFoundException");
    assertThat(answer.head().field("x-amzn-requestid")).isNotEmpty();
  }

  @Test
  void aFragmentThatIsCutOffIsNotKeptAndTheCallIsOverAtOnce() throws IOException {
    byte[] bytes =
        new ProducerMatroska()
            .header(VIDEO.tracks())
            .cluster(VIDEO.groups().get(0))
            .cluster(VIDEO.groups().get(1))
            .bytes();
    begin();
    client.sendChunk(bytes, 0, bytes.length - 100);
    assertThat(client.head().status()).isEqualTo(200);
    assertThat(events(2)).containsExactly("BUFFERING", "RECEIVED");
    client.close();
    weir.awaitPushesEnded(1);
    assertThat(weir.json("/v1/streams/cam/fragments").path("items")).hasSize(1);
  }

  @Test
  void whyACallEndsIsItsLastLine() throws IOException {
    begin();
    send(
        new ProducerMatroska()
            .header(VIDEO.tracks())
            .cluster(VIDEO.groups().get(1))
            .cluster(VIDEO.groups().get(0)));
    assertThat(client.head().status()).isEqualTo(200);
    JsonNode last = ack();
    while (!last.path("EventType").asText().equals("ERROR")) {
      last = ack();
    }
    assertThat(last.path("ErrorId").asInt()).isEqualTo(4004);
    assertThat(client.chunk()).isEmpty();
  }
}
