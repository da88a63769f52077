// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * A run of a stream: fragments that share one set of tracks and one unbroken timeline. The value is
 * the fragment counter at which the run began ({@link FragmentNumber#counter()}), so it is unique
 * in its stream and rises with time. Immutable.
 */
public record RunId(long value) implements Comparable<RunId> {

  @Override
  public int compareTo(RunId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
