// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import dev.weir.control.AccessKey;
import dev.weir.kinesis.Caller;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request's claim to be signed with a key that exists, everything of which has been looked at but
 * the signature itself where that depends on the body. Immutable.
 */
public final class Claim {

  /** Where no credentials are asked for. */
  public static final Claim NONE_NEEDED = new Claim(Optional.empty());

  private record Signed(
      SignedHead head, Authorization authorization, AccessKey key, PayloadHash payload) {}

  private final Optional<Signed> signed;

  private Claim(Optional<Signed> signed) {
    this.signed = signed;
  }

  /**
   * @throws Refusal when the signature does not depend on the body, and is wrong
   */
  static Claim of(
      SignedHead head, Authorization authorization, AccessKey key, PayloadHash payload) {
    var claimed = new Signed(head, authorization, key, payload);
    payload.stated().ifPresent(hash -> check(claimed, hash));
    return new Claim(Optional.of(claimed));
  }

  /**
   * The same, where these header fields are part of what is asked for.
   *
   * @throws Refusal when one of them came and is not signed
   */
  public Claim covering(List<String> fields) {
    if (signed.isPresent()) {
      for (String name : fields) {
        if (signed.get().head.field(name).isPresent()
            && !signed.get().authorization.signedHeaders().contains(name)) {
          throw new Refusal(
              ErrorName.INVALID_SIGNATURE,
              "'" + name + "' must be a 'SignedHeader' in the AWS Authorization");
        }
      }
    }
    return this;
  }

  /**
   * Who calls, of a request whose body is not looked at.
   *
   * @throws Refusal when the body would have to be
   */
  public Caller caller() {
    if (signed.isPresent() && signed.get().payload.ofBody()) {
      throw new Refusal(
          ErrorName.INVALID_SIGNATURE, "a body that is streamed can't be hashed before it is sent");
    }
    return new Caller(signed.map(Signed::key));
  }

  /**
   * Who calls, once the body is there.
   *
   * @throws Refusal when it is not the body that was signed
   */
  public Caller caller(byte[] body) {
    signed.filter(each -> each.payload.ofBody()).ifPresent(each -> check(each, body));
    return new Caller(signed.map(Signed::key));
  }

  private static void check(Signed claimed, byte[] body) {
    String hash = Hashes.sha256Hex(body);
    if (claimed.payload.stated().isEmpty()) {
      check(claimed, hash);
    } else if (!Hashes.equal(hash, claimed.payload.stated().get())) {
      throw new Refusal(
          ErrorName.INVALID_SIGNATURE,
          "The value passed in x-amz-content-sha256 does not match the body.");
    }
  }

  private static void check(Signed claimed, String payloadHash) {
    String expected = signature(claimed, payloadHash);
    if (!Hashes.equal(expected, claimed.authorization.signature())) {
      throw new Refusal(
          ErrorName.INVALID_SIGNATURE,
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method.");
    }
  }

  private static String signature(Signed claimed, String payloadHash) {
    Authorization authorization = claimed.authorization;
    Authorization.Scope scope = authorization.scope();
    String toSign =
        String.join(
            "\n",
            Authorization.ALGORITHM,
            authorization.timestamp(),
            scope.text(),
            Hashes.sha256Hex(canonicalRequest(claimed.head, authorization, payloadHash)));
    byte[] secret = ("AWS4" + claimed.key.secret()).getBytes(StandardCharsets.UTF_8);
    byte[] byDate = Hashes.hmac(secret, scope.date());
    byte[] byRegion = Hashes.hmac(byDate, scope.region());
    byte[] byService = Hashes.hmac(byRegion, scope.service());
    return Hashes.hex(Hashes.hmac(Hashes.hmac(byService, "aws4_request"), toSign));
  }

  private static String canonicalRequest(
      SignedHead head, Authorization authorization, String payloadHash) {
    var text = new StringBuilder();
    text.append(head.method()).append('\n');
    text.append(head.path()).append('\n');
    text.append(Query.canonical(head.query())).append('\n');
    for (String name : authorization.signedHeaders()) {
      String values =
          head.fields().stream()
              .filter(field -> field.name().equals(name))
              .map(field -> field.value().trim().replaceAll(" +", " "))
              .collect(Collectors.joining(","));
      text.append(name).append(':').append(values).append('\n');
    }
    text.append('\n').append(String.join(";", authorization.signedHeaders())).append('\n');
    return text.append(payloadHash).toString();
  }
}
