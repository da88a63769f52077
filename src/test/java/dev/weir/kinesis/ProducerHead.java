// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import dev.weir.control.AccessKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The head of a PutMedia as Amazon's producers for C write and sign it, which no SDK does: Host
 * without a port, Connection and Transfer-Encoding signed, the body's hash that of nothing.
 * Stateless.
 */
public final class ProducerHead {

  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String REGION = "us-east-1";

  private ProducerHead() {}

  /** Request line and header fields. */
  public static String[] lines(String stream, AccessKey key, Instant now) {
    String date = AMZ_DATE.format(now);
    var signed = new TreeMap<String, String>();
    signed.put("connection", "keep-alive");
    signed.put("host", "127.0.0.1");
    signed.put("transfer-encoding", "chunked");
    signed.put("user-agent", "AWS-SDK-KVS/3.5.0 GCC/12.2.0 Linux/6.1 x86_64");
    signed.put("x-amz-date", date);
    signed.put("x-amzn-fragment-acknowledgment-required", "1");
    signed.put("x-amzn-fragment-timecode-type", "RELATIVE");
    signed.put("x-amzn-producer-start-timestamp", "1770091506.007");
    signed.put("x-amzn-stream-name", stream);
    var lines = new ArrayList<String>();
    lines.add("POST /putMedia HTTP/1.1");
    signed.forEach((name, value) -> lines.add(name + ": " + value));
    lines.add("Authorization: " + authorization(signed, key, date));
    lines.add("Expect: 100-continue");
    return lines.toArray(String[]::new);
  }

  private static String authorization(Map<String, String> signed, AccessKey key, String date) {
    String names = String.join(";", signed.keySet());
    var fields = new StringBuilder();
    signed.forEach((name, value) -> fields.append(name).append(':').append(value).append('\n'));
    String canonical =
        "POST\n/putMedia\n\n" + fields + "\n" + names + "\n" + HexFormat.of().formatHex(sha256(""));
    String day = date.substring(0, 8);
    String scope = day + "/" + REGION + "/kinesisvideo/aws4_request";
    String text =
        "AWS4-HMAC-SHA256\n"
            + date
            + "\n"
            + scope
            + "\n"
            + HexFormat.of().formatHex(sha256(canonical));
    byte[] by = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
    for (String each : List.of(day, REGION, "kinesisvideo", "aws4_request", text)) {
      by = hmac(by, each);
    }
    return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(key.id(), scope, names, HexFormat.of().formatHex(by));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
