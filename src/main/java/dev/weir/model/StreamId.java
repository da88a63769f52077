// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.UUID;

/**
 * What a stream is called on disk; never reused, so a name can be deleted and created again.
 * Immutable.
 */
public record StreamId(UUID value) implements Comparable<StreamId> {

  public static StreamId random() {
    return new StreamId(UUID.randomUUID());
  }

  /**
   * @throws IllegalArgumentException when the text is not a UUID
   */
  public static StreamId parse(String text) {
    return new StreamId(UUID.fromString(text));
  }

  @Override
  public int compareTo(StreamId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
