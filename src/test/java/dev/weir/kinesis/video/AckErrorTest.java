// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StorageFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What producers are told of faults that no media can bring about. */
final class AckErrorTest {

  private static final FragmentNumber NUMBER = new FragmentNumber(7, 1_770_091_506_007L, 3);
  private static final long TIMECODE = 2000;

  private final List<String> lines = new ArrayList<>();
  private final AckLines acks = new AckLines(lines::add);

  @Test
  void aFragmentThatCouldNotBeStoredIsAnArchivalError() throws IOException {
    acks.buffering(NUMBER, TIMECODE);
    acks.received(NUMBER);
    acks.failed(NUMBER, new StorageFailure("no room", "data folder", "1 MB", "0 MB"));
    acks.kept(NUMBER, true);
    assertThat(lines).hasSize(3);
    assertError(lines.getLast(), "ARCHIVAL_ERROR", 5001);
  }

  @Test
  void aFaultOfTheServerIsAnInternalError() throws IOException {
    assertError(
        acks.error(
            AckError.of(new IllegalStateException("a fault")),
            OptionalLong.of(TIMECODE),
            Optional.of(NUMBER)),
        "INTERNAL_ERROR",
        5000);
  }

  private static void assertError(String line, String code, int id) throws IOException {
    JsonNode event = new ObjectMapper().readTree(line);
    assertThat(event.path("EventType").asText()).isEqualTo("ERROR");
    assertThat(event.path("ErrorCode").asText()).isEqualTo(code);
    assertThat(event.path("ErrorId").asInt()).isEqualTo(id);
    assertThat(event.path("FragmentTimecode").asLong()).isEqualTo(TIMECODE);
    assertThat(event.path("FragmentNumber").asText()).isEqualTo(NUMBER.toString());
  }
}
