// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes of an answer what goes on the wire: conditions (RFC 9110 § 13), a range (§ 14). Stateless.
 */
final class Replies {

  /** Status, headers and the part of the body that is sent. */
  record Reply(HttpResponseStatus status, Map<String, Object> headers, long from, long end) {}

  private Replies() {}

  static Reply reply(Optional<Request> request, Response response, boolean rangeable) {
    var headers = new LinkedHashMap<String, Object>(response.headers());
    long length = response.body().length();
    Optional<String> tag =
        Optional.ofNullable(response.headers().get(HttpHeaderNames.ETAG.toString()));
    if (!rangeable || !response.status().equals(HttpResponseStatus.OK) || request.isEmpty()) {
      headers.put(HttpHeaderNames.CONTENT_LENGTH.toString(), length);
      return new Reply(response.status(), headers, 0, length);
    }
    Request asked = request.get();
    if (tag.isPresent()
        && asked
            .header(HttpHeaderNames.IF_NONE_MATCH)
            .map(each -> matches(each, tag.get()))
            .orElse(false)) {
      return new Reply(HttpResponseStatus.NOT_MODIFIED, headers, 0, 0);
    }
    headers.put(HttpHeaderNames.ACCEPT_RANGES.toString(), "bytes");
    boolean stale =
        asked
            .header(HttpHeaderNames.IF_RANGE)
            .map(each -> !Optional.of(each).equals(tag))
            .orElse(false);
    Optional<String> range = stale ? Optional.empty() : asked.header(HttpHeaderNames.RANGE);
    return switch (ByteRange.of(range, length)) {
      case ByteRange.Whole() -> {
        headers.put(HttpHeaderNames.CONTENT_LENGTH.toString(), length);
        yield new Reply(HttpResponseStatus.OK, headers, 0, length);
      }
      case ByteRange.Partial(ByteRange part) -> {
        headers.put(
            HttpHeaderNames.CONTENT_RANGE.toString(),
            "bytes " + part.from() + "-" + (part.end() - 1) + "/" + length);
        headers.put(HttpHeaderNames.CONTENT_LENGTH.toString(), part.end() - part.from());
        yield new Reply(HttpResponseStatus.PARTIAL_CONTENT, headers, part.from(), part.end());
      }
      case ByteRange.Unsatisfiable() -> {
        headers.put(HttpHeaderNames.CONTENT_RANGE.toString(), "bytes */" + length);
        headers.put(HttpHeaderNames.CONTENT_LENGTH.toString(), 0);
        yield new Reply(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, 0, 0);
      }
    };
  }

  private static boolean matches(String header, String tag) {
    if (header.trim().equals("*")) {
      return true;
    }
    for (String each : header.split(",", -1)) {
      if (each.trim().equals(tag) || each.trim().equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
