// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.playback.Pieces;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers to one channel, one after another, no faster than the client takes them; a client
 * that takes nothing for too long is closed. Confined to the event loop.
 */
final class AnswerWriter {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

  /** IMF-fixdate (RFC 9110 § 5.6.7). */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private static final String EXPOSED =
      "Content-Length, Content-Range, Date, ETag, Weir-Clip-From, Weir-Clip-To, Weir-Clip-Pieces, Weir-Frame-Time";

  private final Channel channel;
  private final WorkPool pool;
  private final Metrics metrics;
  private final Deadline deadline;
  private final long sendMillis;

  /**
   * @param pool reads bodies
   * @param deadline for the client to take what is written
   */
  AnswerWriter(
      Channel channel, WorkPool pool, Metrics metrics, Deadline deadline, long sendMillis) {
    this.channel = channel;
    this.pool = pool;
    this.metrics = metrics;
    this.deadline = deadline;
    this.sendMillis = sendMillis;
  }

  /** Tells a client that waits for it to send its body. */
  void askForBody() {
    channel.writeAndFlush(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }

  /**
   * Sends an answer and closes its body.
   *
   * @param rangeable conditions and ranges of the request apply
   * @param onSent runs once the client's side of the network has taken it; never when the
   *     connection broke
   */
  void send(Asked asked, Response response, boolean rangeable, Runnable onSent) {
    if (!channel.isActive()) {
      response.body().close();
      return;
    }
    Replies.Reply reply = Replies.reply(asked.request(), response, rangeable);
    HttpResponse start = head(asked, reply.status());
    reply.headers().forEach((name, value) -> start.headers().set(name, value));
    channel.write(start);
    if (asked.head() || reply.from() >= reply.end()) {
      response.body().close();
      end(onSent);
    } else {
      channel.flush();
      new SourceSender(this, response.body(), reply.from(), reply.end(), () -> end(onSent)).start();
    }
  }

  /**
   * Sends pieces as they come, until they end; closes them.
   *
   * @param more header fields beside the usual ones
   * @param pool on which they are polled
   */
  void send(Asked asked, Pieces media, Map<String, String> more, WorkPool pool, Runnable onSent) {
    if (!channel.isActive()) {
      media.close();
      return;
    }
    begin(asked, media.contentType(), more);
    if (asked.head()) {
      media.close();
      end(onSent);
    } else {
      new EndlessSender(this, media, pool, () -> end(onSent)).start();
    }
  }

  /**
   * Sends the head of a body whose length nobody knows.
   *
   * @param more header fields beside the usual ones
   */
  void begin(Asked asked, String contentType, Map<String, String> more) {
    HttpResponse start = head(asked, HttpResponseStatus.OK);
    more.forEach((name, value) -> start.headers().set(name, value));
    start.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    start.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (!asked.head() && !asked.unchunked()) {
      start.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    channel.writeAndFlush(start);
  }

  private HttpResponse head(Asked asked, HttpResponseStatus status) {
    metrics.answered(status);
    HttpResponse start = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    start
        .headers()
        .set(HttpHeaderNames.DATE, HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
        .set(
            HttpHeaderNames.CONNECTION,
            asked.keepAlive() ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    return start;
  }

  /** Ends a body. The next answer waits until this one is taken, so that none pile up. */
  void end(Runnable onSent) {
    awaitTaken();
    channel
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(written -> {
          taken();
          if (written.isSuccess()) {
            onSent.run();
          } else {
            channel.close();
          }
        });
  }

  /** Something was written that the client must take in time. */
  void awaitTaken() {
    awaitTaken(() -> 0);
  }

  /**
   * Something large was written: in each span the client takes at least a block of it.
   *
   * @param takenBytes how much of it has left
   */
  void awaitTaken(LongSupplier takenBytes) {
    long before = takenBytes.getAsLong();
    deadline.within(
        sendMillis,
        () -> {
          if (takenBytes.getAsLong() - before >= SourceSender.BLOCK_BYTES) {
            awaitTaken(takenBytes);
          } else {
            stalled();
          }
        });
  }

  void taken() {
    deadline.met();
  }

  private void stalled() {
    LOG.info("{} took nothing for {} ms: closed", channel.remoteAddress(), sendMillis);
    channel.close();
  }

  Channel channel() {
    return channel;
  }

  WorkPool pool() {
    return pool;
  }
}
