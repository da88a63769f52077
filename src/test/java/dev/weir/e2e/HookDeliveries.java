// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.hooks.AddressRules;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import dev.weir.testing.RunningWeir;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, and one who receives what its hooks send. */
abstract class HookDeliveries {

  static final Path SAMPLE = Path.of("media-samples/h264-aac.mkv");
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  RunningWeir weir;
  HookReceiver receiver;

  @BeforeEach
  void start() {
    weir =
        new RunningWeir(
            ServerOptions.of(RunningWeir.ANY_PORT, folder)
                .with(AddressRules.allowing(List.of("127.0.0.1"))));
    receiver = new HookReceiver();
  }

  @AfterEach
  void stop() {
    weir.close();
    receiver.close();
  }

  void push(String stream, long atSeconds) {
    HttpResponse<String> answer =
        weir.push(stream, SAMPLE, "?timecodes=relative&start=" + START.plusSeconds(atSeconds));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  void hook(String id, String fields) {
    String body = "{\"url\":\"" + receiver.url() + "\"," + fields + "}";
    HttpResponse<String> answer = weir.put("/v1/hooks/" + id, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  List<Delivery> awaitDeliveries(int count) {
    Eventually.holds(count + " deliveries", () -> receiver.taken().size() >= count);
    return receiver.taken();
  }
}
