// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.MediaTime;

/**
 * When a {@link Fragmenter} cuts. A fragment ends before the first video sync sample that comes at
 * least {@code minVideoNs} after its start; audio alone, before the first sample at least {@code
 * minAudioNs} after it; in any case before a sample that would make it longer than {@code maxNs} or
 * larger than {@code maxBytes}. Or it ends where the container's own fragment does, and nowhere
 * else. Immutable.
 *
 * @param atBoundaries the container's edges count, and nothing of the above
 * @param partNs a part closes once it is this long
 * @param partBytes or this large
 */
public record FragmentPolicy(
    boolean atBoundaries,
    long minVideoNs,
    long minAudioNs,
    long maxNs,
    long maxBytes,
    long partNs,
    long partBytes) {

  private static final long PART_NS = 500 * MediaTime.NANOS_PER_MILLI;
  private static final long PART_BYTES = 8 << 20;

  /** What native pushes use. */
  public static final FragmentPolicy BY_SYNC =
      new FragmentPolicy(
          false,
          MediaTime.NANOS_PER_SECOND,
          2 * MediaTime.NANOS_PER_SECOND,
          20 * MediaTime.NANOS_PER_SECOND,
          50_000_000,
          PART_NS,
          PART_BYTES);

  /** A Cluster is a fragment, whatever is in it. */
  public static final FragmentPolicy BY_CLUSTER =
      new FragmentPolicy(true, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE, PART_NS, PART_BYTES);
}
