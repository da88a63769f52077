// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.kinesis.Caller;
import dev.weir.kinesis.video.PutMediaCall;
import dev.weir.kinesis.video.VideoService;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /putMedia}: answered as soon as its head is understood, then a line for each step of
 * each fragment.
 */
final class KinesisPush implements Router.Push {

  /** What producers need to hear one line at a time; twice that is still prompt. */
  private static final long GAP_MILLIS = 20;

  private final VideoService video;
  private final Caller caller;
  private final KinesisReplies replies;
  private final LastErrors lastErrors;
  private final Metrics metrics;

  KinesisPush(
      VideoService video,
      Caller caller,
      KinesisReplies replies,
      LastErrors lastErrors,
      Metrics metrics) {
    this.video = video;
    this.caller = caller;
    this.replies = replies;
    this.lastErrors = lastErrors;
    this.metrics = metrics;
  }

  @Override
  public PushBody open(Request request) {
    var lines = new EarlyLines();
    PutMediaCall call =
        video
            .putMedia()
            .open(
                caller,
                request::header,
                (stream, acks) -> new MeteredAcks(lastErrors.hearing(stream, acks), metrics),
                lines);
    metrics.sessionOpened();
    var _ = call.completion().thenRun(metrics::sessionClosed);
    return new Body(call, lines);
  }

  private final class Body implements PushBody, LineForm {
    private final PutMediaCall call;
    private final EarlyLines lines;

    Body(PutMediaCall call, EarlyLines lines) {
      this.call = call;
      this.lines = lines;
    }

    @Override
    public void feed(ByteBuffer bytes) {
      remembering(() -> call.feed(bytes));
    }

    @Override
    public void end() {
      remembering(call::end);
    }

    @Override
    public OptionalLong paceMillis() {
      return OptionalLong.of(call.longestTrickle().toMillis());
    }

    @Override
    public void quiet() {
      remembering(call::quiet);
    }

    private void remembering(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        lastErrors.remember(call.stream().id(), String.valueOf(e.getMessage()));
        throw e;
      }
    }

    @Override
    public void abort(String why) {
      lastErrors.remember(call.stream().id(), why);
      call.abort(why);
    }

    @Override
    public boolean accepted() {
      return true;
    }

    @Override
    public boolean congested() {
      return call.congested();
    }

    @Override
    public void whenRelieved(Runnable action) {
      call.whenRelieved(action);
    }

    @Override
    public Optional<LineStream> lines() {
      return Optional.of(new LineStream(lines, this));
    }

    @Override
    public CompletableFuture<Outcome> completion() {
      return call.completion().thenApply(any -> problem -> replies.json("{}"));
    }

    @Override
    public String contentType() {
      return KinesisReplies.JSON;
    }

    @Override
    public Map<String, String> headers() {
      return replies.headers();
    }

    @Override
    public boolean closes() {
      return true;
    }

    @Override
    public long gapMillis() {
      return GAP_MILLIS;
    }

    @Override
    public String idle() {
      return PutMediaCall.idle();
    }

    @Override
    public Optional<String> failure(Problem problem) {
      return call.failureLine(problem.kind().equals("timeout"));
    }
  }
}
