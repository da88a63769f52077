// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

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
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become errors of the API. Stateless. */
public final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  /** What is neither a refusal nor a {@link WeirException} is a fault here, logged with an id. */
  public static Refusal of(Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return refusal;
    }
    if (failure instanceof WeirException known) {
      return new Refusal(name(known), known.getMessage());
    }
    String id = UUID.randomUUID().toString();
    LOG.error("unexpected failure {}", id, failure);
    return new Refusal(ErrorName.INTERNAL_FAILURE, "see the server's log, id " + id);
  }

  private static ErrorName name(WeirException failure) {
    return switch (failure) {
      case InvalidArgument _, LimitExceeded _ -> ErrorName.INVALID_ARGUMENT;
      case NotFound _ -> ErrorName.RESOURCE_NOT_FOUND;
      case Conflict _ -> ErrorName.RESOURCE_IN_USE;
      case UnsupportedMedia _ -> ErrorName.UNSUPPORTED_STREAM_MEDIA_TYPE;
      case MalformedMedia _ -> ErrorName.INVALID_MEDIA_FRAME;
      case Overloaded _, StorageFailure _ -> ErrorName.SERVICE_UNAVAILABLE;
      case CorruptRecord _ -> ErrorName.INTERNAL_FAILURE;
    };
  }
}
