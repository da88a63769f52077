// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.Conflict;
import dev.weir.model.CorruptRecord;
import dev.weir.model.InvalidArgument;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import dev.weir.model.NotFound;
import dev.weir.model.Overloaded;
import dev.weir.model.StorageFailure;
import dev.weir.model.UnsupportedMedia;
import dev.weir.model.WeirException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where errors become HTTP answers (RFC 9457). Stateless. */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /**
   * The answer to a request that failed; what is no {@link WeirException} is a fault of the server,
   * logged with an id.
   */
  static Response of(Throwable failure) {
    if (failure instanceof WeirException known) {
      Response response = problem(status(known), kind(known), known.what(), known.getMessage());
      return known instanceof Overloaded
          ? response.with(HttpHeaderNames.RETRY_AFTER, "1")
          : response;
    }
    String id = UUID.randomUUID().toString();
    LOG.error("unexpected failure {}", id, failure);
    return problem(
        HttpResponseStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "internal error",
        "see the server's log, id " + id);
  }

  static Response problem(HttpResponseStatus status, String kind, String title, String detail) {
    ObjectNode body = Json.object();
    body.put("type", "about:blank")
        .put("title", title)
        .put("status", status.code())
        .put("detail", detail)
        .put("kind", kind);
    return Response.text(status, "application/problem+json", body.toString());
  }

  private static HttpResponseStatus status(WeirException failure) {
    return switch (failure) {
      case InvalidArgument _, MalformedMedia _ -> HttpResponseStatus.BAD_REQUEST;
      case UnsupportedMedia _ -> HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE;
      case LimitExceeded _ -> HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
      case NotFound _ -> HttpResponseStatus.NOT_FOUND;
      case Conflict _ -> HttpResponseStatus.CONFLICT;
      case Overloaded _ -> HttpResponseStatus.SERVICE_UNAVAILABLE;
      case StorageFailure storage ->
          storage.isDiskFull()
              ? HttpResponseStatus.INSUFFICIENT_STORAGE
              : HttpResponseStatus.SERVICE_UNAVAILABLE;
      case CorruptRecord _ -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
    };
  }

  private static String kind(WeirException failure) {
    return switch (failure) {
      case InvalidArgument _ -> "invalid-argument";
      case MalformedMedia _ -> "malformed-media";
      case UnsupportedMedia _ -> "unsupported-media";
      case LimitExceeded _ -> "limit-exceeded";
      case NotFound _ -> "not-found";
      case Conflict _ -> "conflict";
      case Overloaded _ -> "overloaded";
      case StorageFailure _ -> "storage";
      case CorruptRecord _ -> "corrupt-record";
    };
  }
}
