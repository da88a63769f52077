// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.util.Optional;

/**
 * What of the body is signed. Immutable.
 *
 * @param stated what stands in its place in the canonical request; empty when that is the hash of
 *     the body, which must be there first
 * @param ofBody the body must have that hash
 */
record PayloadHash(Optional<String> stated, boolean ofBody) {

  private static final String EMPTY_SHA256 = Hashes.sha256Hex(new byte[0]);
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /** Sent by Amazon's SDK for Java with a body that is not framed so. */
  private static final String STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

  /**
   * By the conventions of the clients there are.
   *
   * @param streamed the body has no end that anybody would wait for
   */
  static PayloadHash of(SignedHead head, boolean streamed) {
    Optional<String> header = head.field("x-amz-content-sha256");
    if (header.isEmpty()) {
      return streamed
          ? new PayloadHash(Optional.of(EMPTY_SHA256), false)
          : new PayloadHash(Optional.empty(), true);
    }
    String value = header.get();
    if (value.equals(UNSIGNED) || (streamed && value.equals(STREAMING))) {
      return new PayloadHash(header, false);
    }
    if (value.matches("[0-9a-f]{64}")) {
      return new PayloadHash(header, !(streamed && value.equals(EMPTY_SHA256)));
    }
    throw new Refusal(
        ErrorName.INVALID_SIGNATURE, "x-amz-content-sha256 must be a SHA-256 or " + UNSIGNED);
  }
}
