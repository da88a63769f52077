// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.Bytes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs the PUT of an object: signature version 4 of service {@code s3}. Immutable. */
final class PutSignature {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ImageStore.Bucket store;

  PutSignature(ImageStore.Bucket store) {
    this.store = store;
  }

  /** The headers with those that sign them, and the body. */
  Map<String, String> sign(URI url, Map<String, String> headers, Bytes body, Instant now) {
    String time = TIME.format(now);
    String hash = hex(sha256(body.toArray()));
    var all = new LinkedHashMap<>(headers);
    all.put("x-amz-content-sha256", hash);
    all.put("x-amz-date", time);
    var signed = new TreeMap<String, String>();
    all.forEach((name, value) ->
        signed.put(name.toLowerCase(Locale.ROOT), value.strip().replaceAll(" +", " ")));
    signed.put("host", url.getRawAuthority());
    String names = String.join(";", signed.keySet());
    String canonical =
        "PUT\n"
            + url.getRawPath()
            + "\n\n"
            + signed.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue() + "\n")
                .collect(Collectors.joining())
            + "\n"
            + names
            + "\n"
            + hash;
    String date = time.substring(0, 8);
    String scope = date + "/" + store.region() + "/s3/aws4_request";
    String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(bytes(canonical))));
    byte[] key = hmac(bytes("AWS4" + store.secret()), date);
    key = hmac(hmac(hmac(key, store.region()), "s3"), "aws4_request");
    all.put(
        "Authorization",
        ALGORITHM
            + " Credential="
            + store.keyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + hex(hmac(key, toSign)));
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
