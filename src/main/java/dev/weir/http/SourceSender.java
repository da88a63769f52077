// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.bytes.FileSlice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a range of a source block by block: a block is read, or found in its file, on the read
 * pool, written on the event loop, and the next one is looked for once it has left. So a slow
 * client costs one block of memory, and no thread waits for it. Closes the source.
 */
final class SourceSender {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSender.class);
  static final int BLOCK_BYTES = 256 << 10;

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
    Optional<DefaultFileRegion> here = fileRegion();
    if (here.isPresent()) {
      channel.eventLoop().execute(() -> write(here.get()));
      return;
    }
    // No further than where the file may be sent from, unless that is here, and it can't.
    long next = source.nextSlice(position);
    long until = next > position ? Math.min(next, end) : end;
    int count = (int) Math.min(BLOCK_BYTES, until - position);
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
    Optional<DefaultFileRegion> behind =
        position == next && position < end ? fileRegion() : Optional.empty();
    channel
        .eventLoop()
        .execute(() -> {
          var content = new DefaultHttpContent(block);
          if (behind.isPresent()) {
            // Headers are small: they go out together with what they are of.
            channel.write(content);
            write(behind.get());
          } else {
            write(content);
          }
        });
  }

  /** Bytes that lie verified in a file go from there to the socket, by sendfile. */
  private Optional<DefaultFileRegion> fileRegion() {
    Optional<FileSlice> slice;
    try {
      slice = source.slice(position);
    } catch (RuntimeException e) {
      // By reading: whatever is wrong shows there.
      return Optional.empty();
    }
    return slice.map(bytes -> {
      long count = Math.min(bytes.length(), end - position);
      position += count;
      return new DefaultFileRegion(bytes.channel(), bytes.offset(), count);
    });
  }

  private void write(Object block) {
    writer.awaitTaken(block instanceof FileRegion region ? region::transferred : () -> 0);
    channel
        .writeAndFlush(block)
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
