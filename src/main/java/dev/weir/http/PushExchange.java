// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.model.WeirException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    /** The answer was streamed and has been ended. */
    void streamed(boolean bodyRead);
  }

  private final ChannelHandlerContext ctx;
  private final PushBody body;
  private final PushLimits limits;
  private final End end;
  private final Deque<String> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean headSent;
  private boolean bodyRead;
  private boolean over;
  private boolean deaf;
  private Optional<Response> refusal = Optional.empty();
  private long lastByteNanos = System.nanoTime();
  private @Nullable ScheduledFuture<?> idleCheck;

  PushExchange(ChannelHandlerContext ctx, PushBody body, PushLimits limits, End end) {
    this.ctx = ctx;
    this.body = body;
    this.limits = limits;
    this.end = end;
  }

  void start() {
    body.lines().ifPresent(lines -> lines.listen(line -> ctx.executor().execute(() -> line(line))));
    body.completion().thenAccept(response -> ctx.executor().execute(() -> finished(response)));
    long period = Math.min(IDLE_LINE_MILLIS, limits.idleMillis());
    idleCheck =
        ctx.executor().scheduleAtFixedRate(this::checkIdle, period, period, TimeUnit.MILLISECONDS);
    ctx.read();
  }

  void content(HttpContent content) {
    if (over || refusal.isPresent()) {
      content.release();
      return;
    }
    lastByteNanos = System.nanoTime();
    try {
      if (content.decoderResult().isFailure()) {
        body.abort("the body breaks its framing");
        return;
      }
      ByteBuf bytes = content.content();
      if (bytes.isReadable()) {
        for (var piece : bytes.nioBuffers()) {
          body.feed(piece);
        }
      }
      if (content instanceof LastHttpContent) {
        bodyRead = true;
        body.end();
        return;
      }
    } catch (WeirException e) {
      refusal = Optional.of(Problems.of(e));
      return;
    } catch (RuntimeException e) {
      refusal = Optional.of(Problems.of(e));
      body.abort("internal error");
      return;
    } finally {
      content.release();
    }
    if (body.congested()) {
      body.whenRelieved(() -> ctx.executor().execute(ctx::read));
    } else {
      ctx.read();
    }
    sendHeadWhenDue();
  }

  private void checkIdle() {
    if (over || body.congested()) {
      lastByteNanos = System.nanoTime();
      return;
    }
    long quietMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastByteNanos);
    if (!bodyRead && quietMillis >= limits.idleMillis()) {
      body.abort("no data for " + limits.idleMillis() + " ms");
    } else if (!bodyRead && quietMillis >= IDLE_LINE_MILLIS) {
      body.lines().ifPresent(lines -> line(lines.idle()));
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
    if (headSent || body.lines().isEmpty() || !body.accepted()) {
      return;
    }
    headSent = true;
    HttpResponse start = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    start.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson");
    start.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    start.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    ctx.writeAndFlush(start);
  }

  void writabilityChanged() {
    while (headSent && !over && !waiting.isEmpty() && ctx.channel().isWritable()) {
      String line = waiting.remove();
      waitingBytes -= line.length();
      ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), line)));
    }
  }

  private void finished(Response response) {
    if (over) {
      return;
    }
    sendHeadWhenDue();
    if (!headSent || body.lines().isEmpty()) {
      stop();
      end.answered(refusal.orElse(response), bodyRead);
      return;
    }
    writabilityChanged();
    if (refusal.isPresent()) {
      waiting.add(errorLine(refusal.get()));
    }
    // What is still waiting goes out as one piece: the producer may have stopped reading, and this
    // is the end.
    for (String line : waiting) {
      ctx.write(new DefaultHttpContent(ByteBufUtil.writeUtf8(ctx.alloc(), line)));
    }
    stop();
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    end.streamed(bodyRead);
  }

  private static String errorLine(Response problem) {
    var text = ByteBuffer.allocate(Math.toIntExact(problem.body().length()));
    problem.body().read(0, text);
    return "{\"event\":\"error\",\"problem\":" + StandardCharsets.UTF_8.decode(text.flip()) + "}\n";
  }

  /** Nothing more comes: whatever arrived whole is kept. */
  void inputEnded() {
    if (!bodyRead && refusal.isEmpty()) {
      body.abort("the connection was closed inside the body");
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
    ScheduledFuture<?> check = idleCheck;
    if (check != null) {
      check.cancel(false);
    }
  }
}
