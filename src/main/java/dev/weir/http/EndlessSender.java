// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.model.WeirException;
import dev.weir.playback.Pieces;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the pieces of an endless body one after another, each as fast as the client takes it.
 * Closes the body.
 */
final class EndlessSender {

  private static final Logger LOG = LoggerFactory.getLogger(EndlessSender.class);

  private final AnswerWriter writer;
  private final Channel channel;
  private final Pieces body;
  private final WorkPool pool;
  private final Runnable onEnd;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param pool on which pieces are polled
   * @param onEnd runs on the event loop after the last piece was taken; never when the connection
   *     broke
   */
  EndlessSender(AnswerWriter writer, Pieces body, WorkPool pool, Runnable onEnd) {
    this.writer = writer;
    this.channel = writer.channel();
    this.body = body;
    this.pool = pool;
    this.onEnd = onEnd;
    channel.closeFuture().addListener(future -> close());
  }

  void start() {
    next();
  }

  private void next() {
    if (!channel.isActive()) {
      return;
    }
    try {
      pool.proceed(this::poll);
    } catch (WeirException e) {
      cut(e);
    }
  }

  private void poll() {
    try {
      if (closed.get()) {
        return;
      }
      Optional<ByteSource> piece = body.poll();
      if (piece.isPresent()) {
        ByteSource source = piece.get();
        channel
            .eventLoop()
            .execute(
                () -> new SourceSender(writer, source, 0, source.length(), this::next).start());
      } else if (body.ended()) {
        channel.eventLoop().execute(this::end);
      } else {
        awaitMore();
      }
    } catch (RuntimeException e) {
      channel.eventLoop().execute(() -> cut(e));
    }
  }

  /** Another piece, or the body's patience. */
  private void awaitMore() {
    var once = new AtomicBoolean();
    Runnable again =
        () -> {
          if (!once.getAndSet(true)) {
            next();
          }
        };
    body.onMore(() -> channel.eventLoop().execute(again));
    if (body.patienceMillis() > 0) {
      var _ = channel.eventLoop().schedule(again, body.patienceMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void end() {
    close();
    onEnd.run();
  }

  private void cut(RuntimeException cause) {
    LOG.warn("endless body cut: {}", cause.toString());
    channel.close();
  }

  private void close() {
    if (!closed.getAndSet(true)) {
      body.close();
    }
  }
}
