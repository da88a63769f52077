// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.Quantities;
import java.util.Optional;
import java.util.function.Consumer;

/** What the server has acknowledged, told as it comes and counted. Thread-safe. */
final class Acks implements Consumer<String> {

  private final Consumer<String> out;
  private final boolean forMachines;
  private long fragments;
  private long persisted;
  private long persistedMs;
  private String firstTime = "";
  private String lastTime = "";
  private String error = "";

  /**
   * @param out takes lines to print
   * @param forMachines print the server's own lines
   */
  Acks(Consumer<String> out, boolean forMachines) {
    this.out = out;
    this.forMachines = forMachines;
  }

  /** Takes a line of the server's answer. */
  @Override
  public synchronized void accept(String line) {
    if (forMachines) {
      out.accept(line);
    }
    Json.read(line).ifPresent(this::count);
  }

  private void count(ObjectNode ack) {
    switch (ack.path("event").asText("")) {
      case "buffering" -> fragments++;
      case "persisted", "stored" -> persisted(ack);
      case "error" ->
          error = ack.path("detail").asText(ack.path("problem").path("detail").asText("error"));
      default -> {}
    }
  }

  private void persisted(ObjectNode ack) {
    persisted++;
    lastTime = ack.path("time").asText();
    firstTime = firstTime.isEmpty() ? lastTime : firstTime;
    long durationMs = ack.path("durationMs").asLong();
    persistedMs += durationMs;
    if (!forMachines) {
      out.accept(
          "%-9s %s  %9s  fragment %s"
              .formatted(
                  ack.path("event").asText(),
                  lastTime,
                  Quantities.seconds(durationMs),
                  ack.path("fragment").asText()));
    }
  }

  synchronized long persistedCount() {
    return persisted;
  }

  /** Whether everything that the server has begun to take is on its disk. */
  synchronized boolean allPersisted() {
    return error.isEmpty() && persisted > 0 && persisted >= fragments;
  }

  /** What the server could not keep, in its words. */
  synchronized Optional<String> error() {
    return error.isEmpty() ? Optional.empty() : Optional.of(error);
  }

  /** All of it in one line. */
  synchronized String summary(long sentBytes) {
    if (forMachines) {
      ObjectNode summary =
          Json.object()
              .put("event", "summary")
              .put("fragments", fragments)
              .put("persisted", persisted);
      if (persisted > 0) {
        summary.put("firstTime", firstTime).put("lastTime", lastTime);
      }
      return summary.put("durationMs", persistedMs).put("sentBytes", sentBytes).toString();
    }
    return "%d of %d fragments persisted, %s of media, %s sent"
        .formatted(
            persisted, fragments, Quantities.seconds(persistedMs), Quantities.bytes(sentBytes));
  }
}
