// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.net.URI;
import java.nio.file.Path;

/** Where pictures that streams are configured to generate go. Immutable. */
public sealed interface ImageStore {

  /** They are generated nowhere. */
  record None() implements ImageStore {}

  /** A folder in which each bucket is a folder, and an object a file. */
  record Folder(Path path) implements ImageStore {}

  /**
   * What understands PUT as S3 does, with the bucket at the begin of the path; signed with version
   * 4 when there is a key.
   *
   * @param url without a slash at its end
   * @param keyId empty when nothing is signed
   */
  record Bucket(URI url, String region, String keyId, String secret) implements ImageStore {}
}
