// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import java.util.Map;
import java.util.Optional;

/** How acknowledgement lines are sent, and those that the push itself says. Thread-safe. */
interface LineForm {

  String contentType();

  /** Beside the usual ones. */
  default Map<String, String> headers() {
    return Map.of();
  }

  /** The connection ends with the last line. */
  default boolean closes() {
    return false;
  }

  /** How far lines are kept apart while few are waiting. */
  default long gapMillis() {
    return 0;
  }

  /** The line that says nothing has come for a while. */
  String idle();

  /** The last line of a push that was ended; empty when there is nothing to say. */
  Optional<String> failure(Problem problem);
}
