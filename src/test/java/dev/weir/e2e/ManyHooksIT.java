// SPDX-License-Identifier: Apache-2.0
package dev.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.hooks.AddressRules;
import dev.weir.server.ServerOptions;
import dev.weir.testing.Eventually;
import dev.weir.testing.HookReceiver;
import dev.weir.testing.HookReceiver.Delivery;
import dev.weir.testing.RunningWeir;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand hooks on fifty streams, a fifth of them for pictures. */
final class ManyHooksIT {

  private static final int STREAMS = 50;
  private static final int HOOKS = 1000;
  private static final Path SAMPLE = Path.of("media-samples/h264-opus.mkv");

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void eachGetsAllItIsDueInOrder() {
    try (var receiver = new HookReceiver();
        var weir =
            new RunningWeir(
                ServerOptions.of(RunningWeir.ANY_PORT, folder)
                    .with(AddressRules.allowing(List.of("127.0.0.1"))))) {
      for (int i = 0; i < HOOKS; i++) {
        // Every stream has 16 hooks on fragments and 4 on pictures, each second one, 160 wide.
        String on = i / STREAMS % 5 == 0 ? "frame" : "fragment";
        String body =
            "{\"url\":\"%s\",\"streams\":\"cam-%d\",\"on\":\"%s\",\"width\":160}"
                .formatted(receiver.url(), i % STREAMS, on);
        assertThat(weir.put("/v1/hooks/hook-" + i, body).statusCode()).isEqualTo(201);
      }
      long from = System.nanoTime();
      for (int i = 0; i < STREAMS; i++) {
        assertThat(
                weir.push("cam-" + i, SAMPLE, "?timecodes=relative&start=2026-01-01T00:00:00Z")
                    .statusCode())
            .isEqualTo(200);
      }
      long pushedMs = (System.nanoTime() - from) / 1_000_000;
      // Three fragments of 2 s each: a delivery a fragment, or one a second.
      int due = HOOKS / 5 * 4 * 3 + HOOKS / 5 * 6;
      Eventually.holds(
          due + " deliveries", Duration.ofSeconds(200), () -> receiver.taken().size() >= due);
      long toldMs = (System.nanoTime() - from) / 1_000_000;
      Map<String, List<Delivery>> byHook =
          receiver.taken().stream()
              .collect(Collectors.groupingBy(each -> each.header("Weir-Hook")));
      assertThat(byHook).hasSize(HOOKS);
      byHook
          .values()
          .forEach(each ->
              assertThat(each.stream().map(Delivery::sequence))
                  .containsExactlyElementsOf(
                      LongStream.rangeClosed(1, each.size()).boxed().toList()));
      System.out.printf("50 pushes in %d ms, %d deliveries in %d ms%n", pushedMs, due, toldMs);
    }
  }
}
