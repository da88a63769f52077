// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.bytes.ByteSource;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer whose length is known. Immutable; whoever sends it closes the body.
 *
 * @param headers beside Content-Length, which follows from the body
 */
record Response(HttpResponseStatus status, Map<String, String> headers, ByteSource body) {

  static Response text(HttpResponseStatus status, String contentType, String text) {
    return of(status, contentType, ByteSource.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  static Response of(HttpResponseStatus status, String contentType, ByteSource body) {
    return new Response(status, Map.of(HttpHeaderNames.CONTENT_TYPE.toString(), contentType), body);
  }

  static Response empty(HttpResponseStatus status) {
    return new Response(status, Map.of(), ByteSource.of(new byte[0]));
  }

  Response with(CharSequence name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name.toString(), value);
    return new Response(status, more, body);
  }
}
