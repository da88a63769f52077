// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.regex.Pattern;

/**
 * The name of a stream: 1 to 256 of {@code [a-zA-Z0-9_.-]}, neither {@code .} nor {@code ..}. Never
 * a path on disk (that is the {@link StreamId}). Immutable.
 */
public record StreamName(String value) implements Comparable<StreamName> {

  private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_.-]{1,256}");

  /**
   * @throws InvalidArgument when the name breaks the rule above
   */
  public StreamName {
    if (!ALLOWED.matcher(value).matches() || value.equals(".") || value.equals("..")) {
      throw new InvalidArgument(
          "invalid stream name",
          "stream name",
          "1 to 256 of [a-zA-Z0-9_.-], not . or ..",
          value.length() > 256 ? value.length() + " characters" : value);
    }
  }

  @Override
  public int compareTo(StreamName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
