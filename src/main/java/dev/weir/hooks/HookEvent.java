// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.InvalidArgument;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a hook tells of. Immutable. */
public enum HookEvent {
  /** A picture: one each so many milliseconds, or each key frame. */
  FRAME,
  /** A fragment that can be read. */
  FRAGMENT,
  /** Media is missing between two fragments. */
  GAP,
  /** The first fragment after the stream was not pushed to. */
  START,
  /** The stream is not pushed to any more. */
  END,
  /** A stream that is pushed to has brought no fragment for a while. */
  SILENT,
  /** A timed record that was stored. */
  RECORD;

  /**
   * @throws InvalidArgument when there is no such event
   */
  static HookEvent of(String name) {
    for (HookEvent each : values()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new InvalidArgument(
        "unknown event",
        "on",
        Arrays.stream(values()).map(HookEvent::toString).collect(Collectors.joining(", ")),
        name);
  }

  /** Whether it matters that a stream is not pushed to, which no fragment tells. */
  boolean byTime() {
    return this == START || this == END || this == SILENT;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
