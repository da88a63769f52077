// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Decodes requests, tells when one begins, and refuses those that two servers could read
 * differently: both a length and a chunked body (RFC 9112 § 6.3), a line end without its carriage
 * return, a folded header line (§ 5.2). Confined to its channel.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  /** Passed on before the first byte of each request is decoded. */
  enum Begins {
    REQUEST
  }

  private static final int LINE_BYTES = 8192;
  private static final int HEADER_BYTES = 16_384;
  private static final int CHUNK_BYTES = 64 << 10;

  private enum Place {
    BETWEEN,
    HEAD,
    BODY,
    /** A head was refused: what follows can't be told from anything. */
    LOST
  }

  private Place place = Place.BETWEEN;

  StrictRequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES)
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setStrictLineParsing(true));
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (place == Place.LOST) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    if (place == Place.BETWEEN && buffer.isReadable()) {
      place = Place.HEAD;
      ctx.fireChannelRead(Begins.REQUEST);
    }
    if (place == Place.HEAD && folds(buffer)) {
      place = Place.LOST;
      buffer.skipBytes(buffer.readableBytes());
      HttpMessage refused = createInvalidMessage();
      refused.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("a folded header line")));
      out.add(refused);
      return;
    }
    int before = out.size();
    super.decode(ctx, buffer, out);
    for (Object message : out.subList(before, out.size())) {
      place = message instanceof LastHttpContent ? Place.BETWEEN : Place.BODY;
    }
  }

  /**
   * Whether a line of the head begins with white space. Netty takes lines out of the buffer whole,
   * so the buffer begins with one.
   */
  private static boolean folds(ByteBuf buffer) {
    int line = buffer.readerIndex();
    while (line < buffer.writerIndex()) {
      byte first = buffer.getByte(line);
      if (first == HttpConstants.SP || first == HttpConstants.HT) {
        return true;
      }
      int end = buffer.indexOf(line, buffer.writerIndex(), HttpConstants.LF);
      if (end < 0 || (first == HttpConstants.CR && end == line + 1)) {
        return false;
      }
      line = end + 1;
    }
    return false;
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
