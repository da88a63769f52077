// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

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
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where errors become what clients are told. Stateless. */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /**
   * The problem behind a failure; what is no {@link WeirException} is a fault of the server, logged
   * with an id.
   */
  static Problem of(Throwable failure) {
    if (failure instanceof WeirException known) {
      return new Problem(status(known), kind(known), known.what(), known.getMessage());
    }
    String id = UUID.randomUUID().toString();
    LOG.error("unexpected failure {}", id, failure);
    return new Problem(
        HttpResponseStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "internal error",
        "see the server's log, id " + id);
  }

  /** The problem of a head that could not be decoded. */
  static Problem ofHead(Throwable failure) {
    return switch (failure) {
      case TooLongHttpLineException _ ->
          new Problem(
              HttpResponseStatus.REQUEST_URI_TOO_LONG,
              "limit-exceeded",
              "request line",
              "too long");
      case TooLongHttpHeaderException _ ->
          new Problem(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "limit-exceeded",
              "request header",
              "too large");
      default -> Problem.malformed(String.valueOf(failure.getMessage()));
    };
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
