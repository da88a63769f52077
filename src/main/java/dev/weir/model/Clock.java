// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** By which of a fragment's times a range is meant. Immutable. */
public enum Clock {
  PRODUCER,
  SERVER;

  /** The fragment's start by this clock, UTC nanoseconds. */
  public long startNs(FragmentEntry fragment) {
    return switch (this) {
      case PRODUCER -> fragment.producerTimeNs();
      case SERVER -> fragment.serverTimeNs();
    };
  }

  /** The fragment's end by this clock, UTC nanoseconds. */
  public long endNs(FragmentEntry fragment) {
    return startNs(fragment) + fragment.durationNs();
  }
}
