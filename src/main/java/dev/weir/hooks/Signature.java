// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a receiver knows that a delivery is from whoever shares the secret, and that neither body nor
 * headers were changed: {@code Weir-Signature: t=SECONDS,v1=HEX}, where HEX is HMAC-SHA256 over the
 * seconds, the signed headers' values and the body, a line feed after each but the last. Stateless.
 */
public final class Signature {

  public static final String HEADER = "Weir-Signature";

  /** Headers whose values are signed, in this order; one that is not there is empty. */
  private static final String[] SIGNED = {
    "Weir-Hook", "Weir-Stream", "Weir-Event", "Weir-Time", "Weir-Fragment", "Weir-Sequence"
  };

  private Signature() {}

  /** The header's value. */
  public static String of(
      String secret, long epochSeconds, Map<String, String> headers, byte[] body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((epochSeconds + "\n").getBytes(StandardCharsets.UTF_8));
      for (String name : SIGNED) {
        mac.update((headers.getOrDefault(name, "") + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return "t=" + epochSeconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  /** Whether a header's value is right; takes as long for a wrong one as for a right one. */
  public static boolean isRight(
      String secret, String header, Map<String, String> headers, byte[] body) {
    int comma = header.indexOf(',');
    if (!header.startsWith("t=") || comma < 0) {
      return false;
    }
    try {
      String right = of(secret, Long.parseLong(header.substring(2, comma)), headers, body);
      return MessageDigest.isEqual(
          right.getBytes(StandardCharsets.UTF_8), header.getBytes(StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
