// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Decodes requests, and refuses those that two servers could read differently: both a length and a
 * chunked body (RFC 9112 § 6.3), a line end without its carriage return. Confined to its channel.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private static final int LINE_BYTES = 8192;
  private static final int HEADER_BYTES = 16_384;
  private static final int CHUNK_BYTES = 64 << 10;

  StrictRequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES)
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setStrictLineParsing(true));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
