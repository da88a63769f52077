// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import dev.weir.control.AccessKey;
import dev.weir.control.AccessKeys;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Looks at the heads of requests: are they signed, and with a key that counts? Where there are no
 * keys nobody is asked for any. Does no I/O. Thread-safe.
 */
public final class Signatures {

  private static final Duration SKEW = Duration.ofMinutes(15);

  private final AccessKeys keys;
  private final InstantSource clock;

  public Signatures(AccessKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * What a request claims.
   *
   * @param service for which it must be signed
   * @param streamed the body is taken as it comes and can't be hashed first
   * @throws Refusal when it can be told by the head alone that the request must not be answered
   */
  public Claim claim(SignedHead head, String service, boolean streamed) {
    if (!keys.any()) {
      return Claim.NONE_NEEDED;
    }
    Authorization authorization = Authorization.of(head);
    checkScope(authorization, service);
    checkTime(authorization);
    AccessKey key = key(authorization);
    return Claim.of(head, authorization, key, PayloadHash.of(head, streamed));
  }

  /** Any region is right: clients are set to that of the service they come from. */
  private void checkScope(Authorization authorization, String service) {
    Authorization.Scope scope = authorization.scope();
    if (!scope.service().equals(service)) {
      throw wrong("Credential should be scoped to correct service: '" + service + "'.");
    }
    if (!authorization.timestamp().startsWith(scope.date())) {
      throw wrong("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date");
    }
  }

  private void checkTime(Authorization authorization) {
    Instant now = clock.instant();
    Instant signed = authorization.signedAt();
    Duration counts = authorization.lifetime().orElse(SKEW);
    if (signed.isAfter(now.plus(SKEW))) {
      throw wrong("Signature not yet current: " + signed + " is still later than " + now);
    }
    if (signed.plus(counts).isBefore(now)) {
      throw wrong("Signature expired: " + signed + " is now earlier than " + now.minus(counts));
    }
  }

  private AccessKey key(Authorization authorization) {
    AccessKey key =
        keys.find(authorization.keyId())
            .orElseThrow(() ->
                new Refusal(
                    ErrorName.UNRECOGNIZED_CLIENT,
                    "The security token included in the request is invalid."));
    if (key.expired(clock.instant())) {
      throw new Refusal(
          ErrorName.EXPIRED_TOKEN, "The security token included in the request is expired");
    }
    Optional<String> token = authorization.sessionToken();
    boolean fits =
        key.sessionToken().isPresent()
            ? token.isPresent() && Hashes.equal(key.sessionToken().get(), token.get())
            : token.isEmpty();
    if (!fits) {
      throw new Refusal(
          ErrorName.UNRECOGNIZED_CLIENT, "The security token included in the request is invalid.");
    }
    return key;
  }

  private static Refusal wrong(String why) {
    return new Refusal(ErrorName.INVALID_SIGNATURE, why);
  }
}
