// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.WeirException;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One push on a connection: body messages in, one by one and only while the store keeps up;
 * acknowledgement lines out as they arise, or one summary at the end. A producer that does not read
 * its acknowledgements is never held up: beyond a bound only the newest waits. Confined to the
 * event loop.
 */
final class PushExchange {

  private static final long IDLE_LINE_MILLIS = 5000;

  /** Told once how the push ended. */
  interface End {
    /**
     * The answer is ready and nothing of it has been sent.
     *
     * @param bodyRead the body was read to its end
     */
    void answered(Response response, boolean bodyRead);

    /** The answer was streamed; only its end is still to be sent. */
    void streamed(boolean bodyRead);
  }

  private final Channel channel;
  private final AnswerWriter writer;
  private final Asked asked;
  private final PushBody body;
  private final ConnectionLimits limits;
  private final End end;
  private final PushPace pace;
  private final LineSpacing spacing;
  private final Deque<String> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean headSent;
  private boolean bodyRead;
  private boolean finishing;
  private boolean over;
  private boolean deaf;
  private Optional<Problem> problem = Optional.empty();
  private @Nullable ScheduledFuture<?> watch;

  PushExchange(
      Channel channel,
      AnswerWriter writer,
      Asked asked,
      PushBody body,
      ConnectionLimits limits,
      End end) {
    this.channel = channel;
    this.writer = writer;
    this.asked = asked;
    this.body = body;
    this.limits = limits;
    this.end = end;
    var paced = limits.withPaceMillis(body.paceMillis().orElse(limits.paceMillis()));
    this.pace = new PushPace(paced, System.nanoTime());
    this.spacing =
        new LineSpacing(
            channel.eventLoop(), body.lines().map(each -> each.form().gapMillis()).orElse(0L));
  }

  void start() {
    body.lines()
        .ifPresent(
            each -> each.lines().listen(line -> channel.eventLoop().execute(() -> line(line))));
    body.completion().thenAccept(outcome -> channel.eventLoop().execute(() -> finished(outcome)));
    watchAgain(System.nanoTime());
    sendHeadWhenDue();
    channel.read();
  }

  void content(HttpContent content) {
    try {
      if (wanted()) {
        ending(() -> take(content));
      }
    } finally {
      content.release();
    }
    if (!wanted()) {
      return;
    }
    if (body.congested()) {
      body.whenRelieved(() -> channel.eventLoop().execute(channel::read));
    } else {
      channel.read();
    }
    sendHeadWhenDue();
  }

  /** A step of the body; what it throws ends the push. */
  private void ending(Runnable step) {
    try {
      step.run();
    } catch (WeirException e) {
      problem = Optional.of(Problems.of(e));
    } catch (RuntimeException e) {
      problem = Optional.of(Problems.of(e));
      body.abort("internal error");
    }
  }

  private boolean wanted() {
    return !over && !bodyRead && problem.isEmpty();
  }

  private void take(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      endEarly(Problem.malformed("a body that breaks its framing"));
      return;
    }
    int bytes = content.content().readableBytes();
    if (bytes > 0) {
      pace.bytes(bytes, System.nanoTime());
      for (var piece : content.content().nioBuffers()) {
        body.feed(piece);
      }
    }
    if (content instanceof LastHttpContent) {
      bodyRead = true;
      body.end();
    }
  }

  private void endEarly(Problem why) {
    problem = Optional.of(why);
    body.abort(why.detail());
  }

  /** Looks again when it may have been quiet for long enough, not a whole period later. */
  private void watchAgain(long now) {
    long dueMillis = Math.max(1, IDLE_LINE_MILLIS - pace.quietMillis(now));
    watch =
        channel
            .eventLoop()
            .schedule(this::watch, Math.min(dueMillis, pace.dueMillis(now)), TimeUnit.MILLISECONDS);
  }

  private void watch() {
    if (!wanted()) {
      return;
    }
    long now = System.nanoTime();
    if (body.congested()) {
      pace.held(now);
    } else {
      look(now);
    }
    watchAgain(now);
  }

  private void look(long now) {
    Optional<Problem> late = pace.look(body.accepted(), now);
    if (late.isPresent()) {
      endEarly(late.get());
    } else if (pace.quietMillis(now) >= IDLE_LINE_MILLIS) {
      pace.quietSaid(now);
      ending(body::quiet);
      if (wanted()) {
        body.lines().ifPresent(each -> line(each.form().idle()));
      }
    }
  }

  private void line(String line) {
    if (over || deaf || body.lines().isEmpty()) {
      return;
    }
    waiting.add(line);
    waitingBytes += line.length();
    while (waitingBytes > limits.ackBytes() && waiting.size() > 1) {
      waitingBytes -= waiting.remove().length();
    }
    sendHeadWhenDue();
    writabilityChanged();
  }

  /** A status is a promise: it is sent once the container's header has been understood. */
  private void sendHeadWhenDue() {
    if (!headSent && body.lines().isPresent() && body.accepted()) {
      headSent = true;
      LineForm form = body.lines().get().form();
      writer.begin(asked, form.contentType(), form.headers());
    }
  }

  void writabilityChanged() {
    while (headSent && !over && !waiting.isEmpty() && channel.isWritable()) {
      if (!spacing.due(waiting.size(), this::writabilityChanged)) {
        return;
      }
      String line = waiting.remove();
      waitingBytes -= line.length();
      channel.writeAndFlush(content(line));
    }
    if (finishing && !over && spacing.due(waiting.size(), this::writabilityChanged)) {
      finish();
    }
  }

  private void finish() {
    // What is still waiting goes out as one piece: the producer may have stopped reading, and this
    // is the end.
    waiting.forEach(line -> channel.write(content(line)));
    stop();
    end.streamed(bodyRead);
  }

  private DefaultHttpContent content(String line) {
    return new DefaultHttpContent(ByteBufUtil.writeUtf8(channel.alloc(), line));
  }

  private void finished(PushBody.Outcome outcome) {
    if (over) {
      return;
    }
    sendHeadWhenDue();
    if (!headSent) {
      stop();
      end.answered(outcome.answer(problem), bodyRead);
      return;
    }
    problem
        .flatMap(each -> body.lines().flatMap(lines -> lines.form().failure(each)))
        .ifPresent(waiting::add);
    finishing = true;
    writabilityChanged();
  }

  /** Nothing more comes: whatever arrived whole is kept. */
  void inputEnded() {
    if (wanted()) {
      endEarly(Problem.malformed("the connection was closed inside the body"));
    }
  }

  /** Nothing more can be told to the producer; what it still sends is taken. */
  void outputEnded() {
    deaf = true;
    waiting.clear();
  }

  private void stop() {
    over = true;
    waiting.clear();
    ScheduledFuture<?> watching = watch;
    if (watching != null) {
      watching.cancel(false);
    }
  }
}
