// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;

/** Answers to requests that no handler takes. Stateless. */
final class OffRoute {

  private OffRoute() {}

  /**
   * The answer; a question of what is allowed (OPTIONS) is no failure.
   *
   * @param methods that the path knows; empty when there is nothing at the path
   */
  static Response answer(Request request, Set<String> methods) {
    if (request.method().equals(HttpMethod.OPTIONS)) {
      return preflight(methods);
    }
    return methods.isEmpty() ? notFound(request) : notAllowed(request, methods);
  }

  private static Response preflight(Set<String> methods) {
    return Response.empty(
            methods.isEmpty() ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.NO_CONTENT)
        .with(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", methods))
        .with(
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
            "Range, If-Range, If-None-Match, Content-Type, Accept")
        .with(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "86400");
  }

  private static Response notFound(Request request) {
    return new Problem(
            HttpResponseStatus.NOT_FOUND, "not-found", "no such resource", request.pathText())
        .response();
  }

  private static Response notAllowed(Request request, Set<String> methods) {
    return new Problem(
            HttpResponseStatus.METHOD_NOT_ALLOWED,
            "method",
            "method not allowed",
            request.method().name())
        .response()
        .with(HttpHeaderNames.ALLOW, String.join(", ", methods));
  }
}
