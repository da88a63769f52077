// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.control.Stream;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/** Somebody in this process, who is called on a thread of his own: the courier only waits. */
final class ProcessDestination implements Destination {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is done with a delivery. */
  interface Taker {
    void take(String stream, Delivery delivery) throws Exception;
  }

  private final Stream stream;
  private final Taker taker;
  private final ExecutorService thread;

  ProcessDestination(Stream stream, Taker taker, ExecutorService thread) {
    this.stream = stream;
    this.taker = taker;
    this.thread = thread;
  }

  static Taker ofFrames(FrameListener listener) {
    return (stream, delivery) ->
        listener.onFrame(
            new SeenFrame(
                stream, delivery.sequence(), time(delivery), delivery.of(), delivery.body()));
  }

  static Taker ofFragments(FragmentListener listener) {
    return (stream, delivery) -> {
      JsonNode told = json(delivery);
      listener.onFragment(
          new SeenFragment(
              stream,
              delivery.sequence(),
              delivery.of(),
              time(delivery),
              Duration.ofMillis(told.path("durationMs").asLong()),
              told.path("bytes").asLong()));
    };
  }

  private static Instant time(Delivery delivery) {
    return TimeRange.instant(delivery.timeNs());
  }

  private static JsonNode json(Delivery delivery) throws IOException {
    return JSON.readTree(delivery.body().toArray());
  }

  @Override
  public Outcome send(Delivery delivery) {
    try {
      thread
          .submit(() -> {
            taker.take(stream.name().value(), delivery);
            return delivery;
          })
          .get();
      return new Outcome(true, false, "taken");
    } catch (ExecutionException e) {
      return new Outcome(false, false, String.valueOf(e.getCause()));
    } catch (RejectedExecutionException e) {
      return new Outcome(false, false, "listens no more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(false, false, "interrupted");
    }
  }
}
