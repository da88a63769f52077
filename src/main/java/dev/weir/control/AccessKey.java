// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pair of key id and secret with which a client signs, and what it may do. Immutable.
 *
 * @param id what the client names
 * @param secret what it signs with and never sends
 * @param sessionToken what it must send beside, when the key is temporary
 * @param name for people
 * @param expires from then on it counts no more; empty when it never does
 * @param permissions any of which suffices
 */
public record AccessKey(
    String id,
    String secret,
    Optional<String> sessionToken,
    String name,
    Instant created,
    Optional<Instant> expires,
    List<Permission> permissions) {

  public AccessKey {
    permissions = List.copyOf(permissions);
  }

  /** Whether it may do something to a stream. */
  public boolean allows(String action, String stream) {
    return permissions.stream().anyMatch(each -> each.allows(action, stream));
  }

  /** Whether it may do something that is about no one stream. */
  public boolean allows(String action) {
    return permissions.stream().anyMatch(each -> each.allows(action));
  }

  public boolean expired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }

  /** Without its secrets. */
  @Override
  public String toString() {
    return "access key " + id;
  }
}
