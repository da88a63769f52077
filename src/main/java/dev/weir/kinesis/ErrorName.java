// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

/** The errors of the API by name, each with its HTTP status. Immutable. */
public enum ErrorName {
  INVALID_ARGUMENT("InvalidArgumentException", 400),
  RESOURCE_NOT_FOUND("ResourceNotFoundException", 404),
  RESOURCE_IN_USE("ResourceInUseException", 400),
  NOT_AUTHORIZED("NotAuthorizedException", 401),
  ACCESS_DENIED("AccessDeniedException", 401),
  VERSION_MISMATCH("VersionMismatchException", 400),
  CLIENT_LIMIT_EXCEEDED("ClientLimitExceededException", 400),
  CONNECTION_LIMIT_EXCEEDED("ConnectionLimitExceededException", 400),
  ACCOUNT_STREAM_LIMIT_EXCEEDED("AccountStreamLimitExceededException", 400),
  TAGS_PER_RESOURCE_EXCEEDED_LIMIT("TagsPerResourceExceededLimitException", 400),
  INVALID_RESOURCE_FORMAT("InvalidResourceFormatException", 400),
  NO_DATA_RETENTION("NoDataRetentionException", 400),
  STREAM_EDGE_CONFIGURATION_NOT_FOUND("StreamEdgeConfigurationNotFoundException", 404),
  UNSUPPORTED_STREAM_MEDIA_TYPE("UnsupportedStreamMediaTypeException", 400),
  INVALID_CODEC_PRIVATE_DATA("InvalidCodecPrivateDataException", 400),
  INVALID_MEDIA_FRAME("InvalidMediaFrameException", 400),

  // Of no operation in particular.
  UNSUPPORTED_OPERATION("UnsupportedOperationException", 400),
  MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationTokenException", 403),
  INCOMPLETE_SIGNATURE("IncompleteSignatureException", 400),
  INVALID_SIGNATURE("InvalidSignatureException", 403),
  UNRECOGNIZED_CLIENT("UnrecognizedClientException", 403),
  EXPIRED_TOKEN("ExpiredTokenException", 403),
  INTERNAL_FAILURE("InternalFailure", 500),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503);

  private final String wireName;
  private final int status;

  ErrorName(String wireName, int status) {
    this.wireName = wireName;
    this.status = status;
  }

  /** As it stands in headers and bodies. */
  public String wireName() {
    return wireName;
  }

  public int status() {
    return status;
  }
}
