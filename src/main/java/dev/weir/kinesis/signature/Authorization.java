// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says of its signature, in the Authorization header or in the query (a presigned
 * one). Immutable.
 *
 * @param keyId the key it claims to be signed with
 * @param scope date, region, service and {@code aws4_request}
 * @param signedHeaders in lower case, in the order in which they are signed
 * @param sessionToken that goes with a temporary key
 * @param lifetime of a presigned request
 */
record Authorization(
    String keyId,
    Scope scope,
    List<String> signedHeaders,
    String signature,
    String timestamp,
    Optional<String> sessionToken,
    Optional<Duration> lifetime) {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
  private static final long LONGEST_LIFETIME_SECONDS = 604_800;

  /** Where and for what a signature counts. Immutable. */
  record Scope(String date, String region, String service) {
    String text() {
      return date + "/" + region + "/" + service + "/aws4_request";
    }
  }

  /**
   * @throws Refusal when there is none, or a part of it is missing or malformed
   */
  static Authorization of(SignedHead head) {
    Optional<String> header = head.field("authorization");
    if (header.isPresent()) {
      return ofHeader(head, header.get());
    }
    Map<String, String> query = Query.parameters(head.query());
    if (query.containsKey("X-Amz-Signature")) {
      return ofQuery(query);
    }
    throw new Refusal(ErrorName.MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
  }

  private static Authorization ofHeader(SignedHead head, String header) {
    if (!header.startsWith(ALGORITHM + " ")) {
      throw incomplete("Authorization is not of " + ALGORITHM);
    }
    var parts = new HashMap<String, String>();
    for (String part : header.substring(ALGORITHM.length()).split(",", -1)) {
      String[] nameAndValue = part.trim().split("=", 2);
      if (nameAndValue.length == 2) {
        parts.put(nameAndValue[0], nameAndValue[1]);
      }
    }
    String timestamp =
        head.field("x-amz-date")
            .orElseThrow(() -> incomplete("Authorization header requires X-Amz-Date"));
    return of(
        part(parts, "Credential"),
        part(parts, "SignedHeaders"),
        part(parts, "Signature"),
        timestamp,
        head.field("x-amz-security-token"),
        Optional.empty());
  }

  private static Authorization ofQuery(Map<String, String> query) {
    if (!ALGORITHM.equals(query.get("X-Amz-Algorithm"))) {
      throw incomplete("X-Amz-Algorithm is not " + ALGORITHM);
    }
    String expires = part(query, "X-Amz-Expires");
    if (!expires.matches("[0-9]{1,6}") || Long.parseLong(expires) > LONGEST_LIFETIME_SECONDS) {
      throw incomplete("X-Amz-Expires must be 0 to " + LONGEST_LIFETIME_SECONDS);
    }
    return of(
        part(query, "X-Amz-Credential"),
        part(query, "X-Amz-SignedHeaders"),
        part(query, "X-Amz-Signature"),
        part(query, "X-Amz-Date"),
        Optional.ofNullable(query.get("X-Amz-Security-Token")),
        Optional.of(Duration.ofSeconds(Long.parseLong(expires))));
  }

  private static Authorization of(
      String credential,
      String signedHeaders,
      String signature,
      String timestamp,
      Optional<String> token,
      Optional<Duration> lifetime) {
    String[] parts = credential.split("/", -1);
    if (parts.length != 5 || !parts[4].equals("aws4_request")) {
      throw incomplete("Credential must be KEY/DATE/REGION/SERVICE/aws4_request");
    }
    if (!signature.matches("[0-9a-f]{64}")) {
      throw incomplete("Signature must be 64 hexadecimal digits");
    }
    List<String> names = Arrays.asList(signedHeaders.toLowerCase(Locale.ROOT).split(";", -1));
    if (!names.contains("host")) {
      throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization");
    }
    return new Authorization(
        parts[0],
        new Scope(parts[1], parts[2], parts[3]),
        names,
        signature,
        timestamp,
        token,
        lifetime);
  }

  private static String part(Map<String, String> parts, String name) {
    String value = parts.get(name);
    if (value == null || value.isEmpty()) {
      throw incomplete("Authorization requires '" + name + "'");
    }
    return value;
  }

  /** When it was signed. */
  Instant signedAt() {
    try {
      return LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw incomplete("X-Amz-Date must be as 20260131T080000Z");
    }
  }

  private static Refusal incomplete(String why) {
    return new Refusal(ErrorName.INCOMPLETE_SIGNATURE, why);
  }
}
