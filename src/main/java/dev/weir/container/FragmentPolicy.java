// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.MediaTime;

/**
 * When a {@link Fragmenter} cuts. A fragment ends before the first video sync sample that comes at
 * least {@code minVideoNs} after its start; audio alone, before the first sample at least {@code
 * minAudioNs} after it; in any case before a sample that would make it longer than {@code maxNs} or
 * larger than {@code maxBytes}. Immutable.
 *
 * @param partNs a part closes once it is this long
 * @param partBytes or this large
 */
public record FragmentPolicy(
    long minVideoNs, long minAudioNs, long maxNs, long maxBytes, long partNs, long partBytes) {

  /** What native pushes use. */
  public static final FragmentPolicy BY_SYNC =
      new FragmentPolicy(
          MediaTime.NANOS_PER_SECOND,
          2 * MediaTime.NANOS_PER_SECOND,
          20 * MediaTime.NANOS_PER_SECOND,
          50_000_000,
          500 * MediaTime.NANOS_PER_MILLI,
          8 << 20);
}
