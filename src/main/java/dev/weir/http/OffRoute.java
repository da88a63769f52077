// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers to requests that no handler takes. Stateless. */
final class OffRoute {

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private OffRoute() {}

  /**
   * Whether a page of another origin asks to change something. A browser sends some of that without
   * a preflight, and a server without credentials must not let every page that its keeper looks at
   * delete what is recorded.
   */
  static boolean isForeign(Request request) {
    if (READING.contains(request.method().name())) {
      return false;
    }
    Optional<String> origin = request.header(HttpHeaderNames.ORIGIN);
    String own = request.header(HttpHeaderNames.HOST).orElse("");
    return origin
        .map(each -> !each.replaceFirst("^[a-z]+://", "").equalsIgnoreCase(own))
        .orElse(false);
  }

  static Response foreign(Request request) {
    return new Problem(
            HttpResponseStatus.FORBIDDEN,
            "foreign-origin",
            "a page of another origin",
            request.method() + " is for pages of this server and for programs")
        .response();
  }

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

  /** Pages of other origins may read, as players do; they change nothing. */
  private static Response preflight(Set<String> methods) {
    return Response.empty(
            methods.isEmpty() ? HttpResponseStatus.NOT_FOUND : HttpResponseStatus.NO_CONTENT)
        .with(
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
            methods.stream().filter(READING::contains).collect(Collectors.joining(", ")))
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
