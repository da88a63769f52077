// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import dev.weir.model.Bytes;
import dev.weir.model.FragmentNumber;
import dev.weir.model.FragmentState;
import dev.weir.model.LivePlace;
import dev.weir.model.RunId;
import java.util.Optional;

/**
 * What completes a chunk: written after the fragment's last part, then forced. The store adds part
 * count, sample count, payload bytes and hash. Fields as in {@link dev.weir.model.FragmentEntry}.
 * Immutable.
 *
 * @param origin the container bytes that are not sample payload, for runs that must give them back;
 *     else empty
 */
public record FragmentEnd(
    FragmentNumber number,
    RunId run,
    long producerTimeNs,
    long serverTimeNs,
    long durationNs,
    boolean startsWithSync,
    FragmentState state,
    int segmentCount,
    Optional<LivePlace> live,
    Optional<FragmentNumber> duplicateOf,
    Bytes origin) {

  /** The same, as a replay of another fragment. */
  FragmentEnd replaying(FragmentNumber original) {
    return new FragmentEnd(
        number,
        run,
        producerTimeNs,
        serverTimeNs,
        durationNs,
        startsWithSync,
        state,
        segmentCount,
        live,
        Optional.of(original),
        origin);
  }
}
