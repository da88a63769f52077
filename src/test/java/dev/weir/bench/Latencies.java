// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Times of many threads, and what most of them stayed under. Thread-safe. */
final class Latencies {

  private static final double NANOS_PER_MILLI = 1e6;

  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

  void add(long elapsedNanos) {
    nanos.add(elapsedNanos);
  }

  double medianMillis() {
    return millis(0.5);
  }

  double p99Millis() {
    return millis(0.99);
  }

  private double millis(double share) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))]
        / NANOS_PER_MILLI;
  }
}
