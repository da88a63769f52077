// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A server's end and the next one's start, as they lie between two fragments of a stream.
 * Immutable.
 *
 * @param last the newest fragment that the server before has left
 * @param died whether that server ended without closing the stream's files
 * @param startedNs when this server started, UTC nanoseconds
 */
record Outage(FragmentEntry last, boolean died, long startedNs) {

  /** Both clocks went on alike: the media is live, and no recording of another time. */
  private static final long ALIKE_NS = 5 * MediaTime.NANOS_PER_SECOND;

  private static final long NOTICED_NS = 100 * MediaTime.NANOS_PER_MILLI;

  /** What is missing before the first fragment since; empty when the outage does not explain it. */
  Optional<Gap> before(long producerTimeNs, long serverTimeNs) {
    long byServerNs = serverTimeNs - last.serverTimeNs();
    long byProducerNs = producerTimeNs - last.producerTimeNs();
    if (Math.abs(byServerNs - byProducerNs) > ALIKE_NS
        || producerTimeNs - last.producerEndNs() < NOTICED_NS) {
      return Optional.empty();
    }
    String started = "it started at " + TimeRange.instant(startedNs).truncatedTo(ChronoUnit.MILLIS);
    return Optional.of(
        new Gap(
            last.producerEndNs(),
            producerTimeNs,
            GapReason.SOURCE,
            died
                ? "the server was not running: it had died, and " + started
                : "nothing was sent, or the server was not running: " + started,
            Optional.empty()));
  }
}
