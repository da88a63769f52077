// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.LongStream;

/**
 * A strong entity tag (RFC 9110 § 8.8.3) of a clip: a hash of everything its bytes follow from.
 * Stored fragments never change under their number, so nothing is read for it. Stateless.
 */
public final class EntityTag {

  /** Raised whenever the same plan would be written as other bytes. */
  private static final int LAYOUT_VERSION = 2;

  private EntityTag() {}

  static String of(ClipPlan plan, String layout) {
    return of(
        layout,
        LongStream.concat(
            LongStream.of(plan.fromNs(), plan.toNs(), plan.lengthNs()),
            plan.slices().stream()
                .flatMapToLong(slice ->
                    LongStream.of(
                        slice.placed().fragment().number().counter(),
                        slice.placed().part().offset(),
                        slice.firstSample(),
                        slice.endSample(),
                        slice.shiftTicks()))));
  }

  /** The tag of a file of this layout that follows from these numbers. */
  public static String of(String layout, LongStream plan) {
    MessageDigest digest = sha256();
    digest.update(layout.getBytes(StandardCharsets.US_ASCII));
    var field = ByteBuffer.allocate(Long.BYTES);
    LongStream.concat(LongStream.of(LAYOUT_VERSION), plan)
        .forEachOrdered(number -> digest.update(field.clear().putLong(number).flip()));
    return '"' + HexFormat.of().formatHex(digest.digest(), 0, 16) + '"';
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
