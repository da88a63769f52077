// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.util.List;

/**
 * Chooses a Segment's TimestampScale (RFC 9559 § 5.1.2.9): coarse, since a block reaches only 2^15
 * units from its cluster's time, yet so fine that a reader finds every tick again. Always a divisor
 * of the second. Stateless.
 */
final class TimestampScale {

  /** The default scale, which every reader knows. */
  private static final long COARSEST_NS = MediaTime.NANOS_PER_MILLI;

  /** Below this the ticks of several tracks are not met exactly, but to the nearest unit. */
  private static final long FINEST_EXACT_NS = 20_000;

  private static final long[] STEPS_NS = {
    500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000
  };

  private static final long FINEST_NS = 1_000;

  private TimestampScale() {}

  static long of(List<Track> tracks) {
    long exact = 0;
    long shortestTickNs = COARSEST_NS;
    for (Track track : tracks) {
      boolean whole = MediaTime.NANOS_PER_SECOND % track.timescale() == 0;
      long tickNs = Math.max(1, MediaTime.NANOS_PER_SECOND / track.timescale());
      exact = whole ? gcd(exact, tickNs) : 1;
      shortestTickNs = Math.min(shortestTickNs, tickNs);
    }
    if (exact >= FINEST_EXACT_NS) {
      return exact <= COARSEST_NS ? exact : gcd(exact, COARSEST_NS);
    }
    // At most half a tick: rounding here and rounding at the reader stay within one.
    for (long step : STEPS_NS) {
      if (2 * step <= shortestTickNs) {
        return step;
      }
    }
    return FINEST_NS;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
