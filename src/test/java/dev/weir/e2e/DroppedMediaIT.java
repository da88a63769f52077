// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testing.RunningWeir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push that ends in something that can't be stored: the timeline says why there is no more. */
final class DroppedMediaIT {

  private static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  private static final String CLUSTER = "1F43B67501FFFFFFFFFFFFFF";

  @TempDir Path folder;
  private RunningWeir weir;

  @BeforeEach
  void start() {
    weir = new RunningWeir(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    weir.close();
  }

  @Test
  void aBodyThatBreaksItsFormatLeavesAGapOfThatReason() throws IOException {
    assertThat(weir.push("cam", broken("00000000")).statusCode()).isEqualTo(400);
    JsonNode timeline = weir.json("/v1/streams/cam/timeline");
    assertThat(timeline.get("gaps")).hasSize(1);
    assertThat(timeline.at("/gaps/0/reason").asText()).isEqualTo("malformed");
    assertThat(timeline.at("/gaps/0/detail").asText()).contains("byte");
    assertThat(timeline.at("/gaps/0/from")).isEqualTo(timeline.at("/ranges/0/to"));
    assertThat(timeline.at("/gaps/0/to").asText())
        .isGreaterThan(timeline.at("/gaps/0/from").asText());
  }

  @Test
  void aSampleThatIsTooLargeLeavesAGapOfThatReason() throws IOException {
    // A simple block of a gigabyte.
    byte[] body = broken(CLUSTER + "E78100" + "A30100000040000000");
    assertThat(weir.push("cam", body).statusCode()).isEqualTo(413);
    assertThat(weir.json("/v1/streams/cam/timeline").at("/gaps/0/reason").asText())
        .isEqualTo("limit");
  }

  @Test
  void anotherDocumentOfAKindThatIsNotTakenLeavesAGapOfThatReason() throws IOException {
    // A Segment of unknown size, so that another header may follow, with the DocType "other".
    byte[] body = broken("1A45DFA3" + "88" + "4282" + "85" + "6F74686572");
    byte[] segment = HexFormat.of().parseHex("18538067");
    int at = 0;
    while (!ByteBuffer.wrap(body, at, 4).equals(ByteBuffer.wrap(segment))) {
      at++;
    }
    ByteBuffer.wrap(body).putLong(at + 4, 0x01FF_FFFF_FFFF_FFFFL);
    assertThat(weir.push("cam", body).statusCode()).isEqualTo(415);
    JsonNode gap = weir.json("/v1/streams/cam/timeline").at("/gaps/0");
    assertThat(gap.get("reason").asText()).isEqualTo("unsupported");
    assertThat(gap.get("detail").asText()).contains("other");
  }

  @Test
  void theGapReachesToWhatCameNextAndOutlivesTheServer() throws IOException {
    weir.push("cam", broken("00000000"));
    Instant end = Instant.parse(weir.json("/v1/streams/cam").get("lastTime").asText());
    weir.push("cam", SAMPLE, "?timecodes=relative&start=" + end.plusSeconds(60));
    JsonNode before = weir.json("/v1/streams/cam/timeline").get("gaps");
    weir.stop();
    weir.start();
    JsonNode after = weir.json("/v1/streams/cam/timeline");
    assertThat(after.get("gaps")).isEqualTo(before).hasSize(1);
    assertThat(after.at("/gaps/0/reason").asText()).isEqualTo("malformed");
    assertThat(after.at("/gaps/0/to")).isEqualTo(after.at("/ranges/1/from"));
  }

  @Test
  void aBodyThatIsNoMediaAtAllLeavesNoGap() {
    weir.push("cam", new byte[1000]);
    assertThat(weir.get("/v1/streams/cam/timeline").body()).doesNotContain("reason");
  }

  /** The first half of the sample, up to a cluster, and then something else. */
  private static byte[] broken(String hex) throws IOException {
    byte[] whole = Files.readAllBytes(SAMPLE);
    byte[] cluster = HexFormat.of().parseHex("1F43B675");
    int at = whole.length / 2;
    while (!ByteBuffer.wrap(whole, at, 4).equals(ByteBuffer.wrap(cluster))) {
      at++;
    }
    byte[] rest = HexFormat.of().parseHex(hex);
    return ByteBuffer.allocate(at + rest.length).put(whole, 0, at).put(rest).array();
  }
}
