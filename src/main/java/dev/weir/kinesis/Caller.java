// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import dev.weir.control.AccessKey;
import java.util.Optional;

/**
 * Who makes a call. Immutable.
 *
 * @param key with which it was signed; empty where nobody is asked for one
 */
public record Caller(Optional<AccessKey> key) {

  /** Where no credentials are asked for. */
  public static final Caller ANYONE = new Caller(Optional.empty());

  public boolean may(String action, String stream) {
    return key.isEmpty() || key.get().allows(action, stream);
  }

  /** Of an action that is about no one stream. */
  public boolean may(String action) {
    return key.isEmpty() || key.get().allows(action);
  }
}
