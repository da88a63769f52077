// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a range of a source block by block: a block is read on the read pool, written on the event
 * loop, and the next one is read once it has left. So a slow client costs one block of memory, and
 * no thread waits for it. Closes the source.
 */
final class SourceSender {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSender.class);
  private static final int BLOCK_BYTES = 256 << 10;

  private final AnswerWriter writer;
  private final Channel channel;
  private final ByteSource source;
  private final long end;
  private final Runnable onDone;
  private long position;

  /**
   * @param onDone runs on the event loop after the last byte was taken; never when the connection
   *     broke
   */
  SourceSender(AnswerWriter writer, ByteSource source, long from, long end, Runnable onDone) {
    this.writer = writer;
    this.channel = writer.channel();
    this.source = source;
    this.position = from;
    this.end = end;
    this.onDone = onDone;
  }

  /** Called on the event loop. */
  void start() {
    next();
  }

  private void next() {
    if (!channel.isActive()) {
      source.close();
      return;
    }
    if (position >= end) {
      source.close();
      onDone.run();
      return;
    }
    try {
      writer.pool().proceed(this::readBlock);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void readBlock() {
    int count = (int) Math.min(BLOCK_BYTES, end - position);
    ByteBuf block = channel.alloc().directBuffer(count, count);
    try {
      source.read(position, block.nioBuffer(0, count));
      block.writerIndex(count);
    } catch (RuntimeException e) {
      block.release();
      channel.eventLoop().execute(() -> fail(e));
      return;
    }
    position += count;
    channel.eventLoop().execute(() -> write(block));
  }

  private void write(ByteBuf block) {
    writer.awaitTaken();
    channel
        .writeAndFlush(new DefaultHttpContent(block))
        .addListener(written -> {
          writer.taken();
          if (written.isSuccess()) {
            next();
          } else {
            source.close();
            channel.close();
          }
        });
  }

  /** The head is out already: the body can only be cut. */
  private void fail(RuntimeException cause) {
    LOG.warn("body cut after {} bytes: {}", position, cause.toString());
    source.close();
    channel.close();
  }
}
