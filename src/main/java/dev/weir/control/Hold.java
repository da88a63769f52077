// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.InvalidArgument;
import dev.weir.model.TimeRange;
import java.util.regex.Pattern;

/**
 * A range of a stream's producer time that nothing may delete, until the hold is taken away.
 * Immutable.
 *
 * @param id unique in its stream
 * @param reason for people
 */
public record Hold(String id, TimeRange range, String reason) {

  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

  /**
   * @throws InvalidArgument when id or reason break their limits, or the range is empty
   */
  public Hold {
    if (!ID.matcher(id).matches()) {
      throw new InvalidArgument("hold", "id", "1 to 64 of [a-zA-Z0-9_.-]", id);
    }
    if (range.fromNs() == range.toNs()) {
      throw new InvalidArgument(
          "empty hold", "from, to", "from before to", TimeRange.instant(range.fromNs()) + " twice");
    }
    if (reason.length() > 1024) {
      throw new InvalidArgument(
          "hold", "reason", "at most 1024 characters", reason.length() + " characters");
    }
  }
}
