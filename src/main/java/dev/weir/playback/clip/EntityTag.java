// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A strong entity tag (RFC 9110 § 8.8.3) of a clip: a hash of everything its bytes follow from.
 * Stored fragments never change under their number, so nothing is read for it. Stateless.
 */
final class EntityTag {

  /** Raised whenever the same plan would be written as other bytes. */
  private static final int LAYOUT_VERSION = 1;

  private EntityTag() {}

  static String of(ClipPlan plan, String layout) {
    MessageDigest digest = sha256();
    digest.update(layout.getBytes(StandardCharsets.US_ASCII));
    var fields = ByteBuffer.allocate(5 * Long.BYTES);
    put(digest, fields, LAYOUT_VERSION, plan.fromNs(), plan.toNs(), plan.lengthNs(), 0);
    for (Slice slice : plan.slices()) {
      put(
          digest,
          fields,
          slice.placed().fragment().number().counter(),
          slice.placed().part().offset(),
          slice.firstSample(),
          slice.endSample(),
          slice.shiftTicks());
    }
    return '"' + HexFormat.of().formatHex(digest.digest(), 0, 16) + '"';
  }

  private static void put(
      MessageDigest digest, ByteBuffer fields, long a, long b, long c, long d, long e) {
    fields.clear().putLong(a).putLong(b).putLong(c).putLong(d).putLong(e);
    digest.update(fields.flip());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
