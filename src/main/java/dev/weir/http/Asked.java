// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/**
 * What an answer must know of the request that it answers. Immutable.
 *
 * @param head no body is wanted
 * @param unchunked the client knows no chunked bodies: one without a length ends with the
 *     connection
 * @param keepAlive another request may follow
 * @param request empty when it could not be understood
 */
record Asked(boolean head, boolean unchunked, boolean keepAlive, Optional<Request> request) {

  /** When there is no request, or none that can be trusted. */
  static final Asked NOTHING = new Asked(false, false, false, Optional.empty());

  static Asked of(HttpRequest request) {
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    return new Asked(
        request.method().equals(HttpMethod.HEAD),
        old,
        HttpUtil.isKeepAlive(request),
        Optional.empty());
  }

  Asked with(Request understood) {
    return new Asked(head, unchunked, keepAlive, Optional.of(understood));
  }

  /** The connection ends with the answer. */
  Asked last() {
    return new Asked(head, unchunked, false, request);
  }
}
