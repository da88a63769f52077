// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.Optional;

/**
 * A declared loss. Immutable.
 *
 * @param fromNs producer time at which the missing media begins, UTC nanoseconds
 * @param toNs producer time at which it ends, not before {@code fromNs}
 * @param reason why
 * @param detail one line for people
 * @param live its place in the live order, when media at the live edge was lost after its place was
 *     reserved
 */
public record Gap(
    long fromNs, long toNs, GapReason reason, String detail, Optional<LivePlace> live) {

  public Gap {
    if (toNs < fromNs) {
      throw new IllegalArgumentException("gap ends before it begins: " + fromNs + ", " + toNs);
    }
  }
}
