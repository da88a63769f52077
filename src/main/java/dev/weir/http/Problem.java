// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Why a request failed, as its client is told (RFC 9457). Immutable.
 *
 * @param kind for programs; fixed words
 * @param title the same for every problem of a sort
 * @param detail what happened this time
 */
record Problem(HttpResponseStatus status, String kind, String title, String detail) {

  /** The client took longer than it may. */
  static Problem timeout(String title, String detail) {
    return new Problem(HttpResponseStatus.REQUEST_TIMEOUT, "timeout", title, detail);
  }

  /** The request breaks HTTP, so where it ends can't be trusted. */
  static Problem malformed(String detail) {
    return new Problem(
        HttpResponseStatus.BAD_REQUEST, "malformed-request", "malformed request", detail);
  }

  ObjectNode json() {
    return Json.object()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status.code())
        .put("detail", detail)
        .put("kind", kind);
  }

  Response response() {
    return response(Json.object());
  }

  /**
   * @param more members beside the standard's (§ 3.2)
   */
  Response response(ObjectNode more) {
    ObjectNode body = json();
    body.setAll(more);
    Response response = Response.text(status, "application/problem+json", body.toString());
    return status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)
        ? response.with(HttpHeaderNames.RETRY_AFTER, "1")
        : response;
  }
}
