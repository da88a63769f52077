// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import dev.weir.bytes.FileSlice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
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

  /** What stands between regions of files: headers. */
  private static final int SMALL_BYTES = 16 << 10;

  /** Of regions of files, which cost no memory, so much goes out at once. */
  private static final long GATHERED_BYTES = 2 << 20;

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

  /** Gathers what goes out next: regions of files with what stands between them, or one block. */
  private void readBlock() {
    var messages = new ArrayList<>();
    try {
      long gathered = 0;
      while (position < end && gathered < GATHERED_BYTES) {
        Optional<DefaultFileRegion> region = fileRegion();
        if (region.isPresent()) {
          messages.add(region.get());
          gathered += region.get().count();
          continue;
        }
        // No further than where the file may be sent from, unless that is here, and it can't.
        long next = source.nextSlice(position);
        long until = next > position ? Math.min(next, end) : end;
        int count = (int) Math.min(BLOCK_BYTES, until - position);
        if (!messages.isEmpty() && count > SMALL_BYTES) {
          break;
        }
        messages.add(new DefaultHttpContent(read(count)));
        gathered += count > SMALL_BYTES ? GATHERED_BYTES : count;
      }
    } catch (RuntimeException e) {
      messages.forEach(ReferenceCountUtil::release);
      channel.eventLoop().execute(() -> fail(e));
      return;
    }
    channel.eventLoop().execute(() -> write(messages));
  }

  private ByteBuf read(int count) {
    ByteBuf block = channel.alloc().directBuffer(count, count);
    try {
      source.read(position, block.nioBuffer(0, count));
    } catch (RuntimeException e) {
      block.release();
      throw e;
    }
    position += count;
    return block.writerIndex(count);
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

  /** How much of the regions has left. */
  private static long taken(List<Object> messages) {
    long sum = 0;
    for (Object message : messages) {
      sum += message instanceof FileRegion region ? region.transferred() : 0;
    }
    return sum;
  }

  private void write(List<Object> messages) {
    writer.awaitTaken(() -> taken(messages));
    messages.subList(0, messages.size() - 1).forEach(channel::write);
    channel
        .writeAndFlush(messages.getLast())
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
