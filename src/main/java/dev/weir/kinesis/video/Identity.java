// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.control.Stream;

/**
 * Where this server says that its streams are. Immutable.
 *
 * @param region as in {@code eu-central-1}
 * @param account twelve digits
 */
public record Identity(String region, String account) {

  /** What a stream is called. */
  public String arn(Stream stream) {
    return "arn:aws:kinesisvideo:"
        + region
        + ":"
        + account
        + ":stream/"
        + stream.name()
        + "/"
        + stream.created().toEpochMilli();
  }

  /** The key that Amazon names for streams whose owner chose none; nothing is encrypted with it. */
  String defaultKmsKey() {
    return "arn:aws:kms:" + region + ":" + account + ":alias/aws/kinesisvideo";
  }
}
