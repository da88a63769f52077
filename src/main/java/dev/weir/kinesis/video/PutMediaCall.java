// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.ingest.Ack;
import dev.weir.ingest.IngestSession;
import dev.weir.model.Durability;
import dev.weir.model.FragmentNumber;
import dev.weir.model.LimitExceeded;
import dev.weir.model.WeirException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One PutMedia: Matroska in, acknowledgements out, a line of JSON each. Fed by one thread, which is
 * never blocked; acknowledgements come on others too.
 */
public final class PutMediaCall {

  private final Stream stream;
  private final Duration longest;
  private final Duration longestTrickle;
  private final MediaPace pace;
  private final long beganNanos = System.nanoTime();
  private final AckLines acks;
  private @Nullable IngestSession session;
  private Optional<AckError> failure = Optional.empty();

  /**
   * @param longest how long it may last; zero as long as it likes
   * @param longestTrickle in which it may bring next to nothing
   * @param pace how fast it may come; what comes faster is read more slowly
   */
  PutMediaCall(
      Stream stream,
      Duration longest,
      Duration longestTrickle,
      MediaPace pace,
      Consumer<String> lines) {
    this.stream = stream;
    this.longest = longest;
    this.longestTrickle = longestTrickle;
    this.pace = pace;
    this.acks = new AckLines(lines);
  }

  void begin(IngestSession opened) {
    session = opened;
  }

  private IngestSession session() {
    if (session == null) {
      throw new IllegalStateException("not begun");
    }
    return session;
  }

  /** In so long it must bring its floor of bytes. */
  public Duration longestTrickle() {
    return longestTrickle;
  }

  /** The stream that is pushed to. */
  public Stream stream() {
    return stream;
  }

  /**
   * Takes the next bytes of the body; the buffer is the caller's again on return.
   *
   * @throws WeirException when the call must be ended; the session is then over
   */
  public void feed(ByteBuffer bytes) {
    ending(() -> {
      acks.failure()
          .ifPresent(cause -> {
            throw cause;
          });
      checkDuration();
      pace.bytes(bytes.remaining());
      session().feed(bytes);
    });
  }

  private void checkDuration() {
    if (!longest.isZero() && System.nanoTime() - beganNanos > longest.toNanos()) {
      failure = Optional.of(AckError.MAX_CONNECTION_DURATION_REACHED);
      throw new LimitExceeded("connection", "PutMedia", "at most " + longest, "longer");
    }
  }

  /**
   * Nothing has come for a while.
   *
   * @throws WeirException when the call must be ended; the session is then over
   */
  public void quiet() {
    ending(() -> session().quiet());
  }

  /** The body is complete. */
  public void end() {
    ending(() -> session().end());
  }

  private void ending(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (failure.isEmpty()) {
        failure = Optional.of(session().brokenRule().map(AckError::of).orElse(AckError.of(e)));
      }
      session().abort(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** The rest of the body will not come, or is not wanted. */
  public void abort(String why) {
    session().abort(why);
  }

  public boolean congested() {
    return pace.waitNanos() > 0 || session().congested();
  }

  public void whenRelieved(Runnable action) {
    pace.whenFree(() -> session().whenRelieved(action));
  }

  /** Completes once the call is over and each of its fragments is kept or has failed. */
  public CompletableFuture<?> completion() {
    return session().completion();
  }

  /** The line that says nothing has come for a while. */
  public static String idle() {
    return "{\"EventType\":\"IDLE\"}\n";
  }

  /**
   * The last line of a call whose body was not taken to its end; empty when there is nothing to say
   * that has not been said.
   *
   * @param silence nothing came any more, which is no error of anybody's
   */
  public Optional<String> failureLine(boolean silence) {
    if (acks.failure().isPresent() || (failure.isEmpty() && silence)) {
      return Optional.empty();
    }
    return Optional.of(
        acks.error(
            failure.orElse(AckError.STREAM_READ_ERROR), session().clusterTimestamp(), acks.open()));
  }

  void ack(Ack ack) {
    switch (ack) {
      case Ack.Buffering(FragmentNumber number, _, _) -> {
        OptionalLong timecode = session().clusterTimestamp();
        pace.fragment();
        acks.buffering(number, timecode.orElseThrow());
      }
      case Ack.Received(FragmentNumber number, _, _) -> acks.received(number);
      case Ack.Persisted _ -> acks.kept(ack.fragment(), true);
      // A producer has no other word to wait for, but where nothing is kept it waits for none.
      case Ack.Stored(_, _, Durability level) ->
          acks.kept(ack.fragment(), level != Durability.MEMORY);
      case Ack.Failed(FragmentNumber number, WeirException cause) -> acks.failed(number, cause);
    }
  }

  static ObjectNode event(String type) {
    return Json.object().put("EventType", type);
  }
}
