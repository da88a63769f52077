// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

import java.util.List;
import java.util.Optional;

/**
 * A stored fragment as the index knows it: numbers, times and where its parts lie. Immutable.
 *
 * @param file the chunk file that holds it, all parts in one file
 * @param number its number
 * @param run the run it belongs to
 * @param producerTimeNs producer time of its first picture (presentation time of the main track),
 *     UTC nanoseconds
 * @param serverTimeNs when the server received its first byte, UTC nanoseconds
 * @param durationNs length on the main track's presentation timeline
 * @param startsWithSync the main track's first sample is a sync sample
 * @param state what has become of it since
 * @param segmentCount media segments it is cut into by {@link SegmentCuts}, at least 1; fixed at
 *     ingest
 * @param live its place at the live edge; empty for late, back-filled or second-producer fragments
 * @param duplicateOf the earlier fragment whose content and producer time it repeats
 * @param parts of all tracks, in the order they were written; per track contiguous in decode order
 * @param previousHash hash of the fragment before it in its run's chain; zeros where a chain begins
 * @param content SHA-256 over its parts' sample tables and payloads
 * @param hash SHA-256 over its parts' sample tables and payloads and its end record, which holds
 *     the previous hash
 */
public record FragmentEntry(
    ChunkFileId file,
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
    List<PartEntry> parts,
    Bytes previousHash,
    Bytes content,
    Bytes hash) {

  public FragmentEntry {
    parts = List.copyOf(parts);
  }

  /** The same without a place at the live edge. */
  public FragmentEntry withoutPlace() {
    return new FragmentEntry(
        file,
        number,
        run,
        producerTimeNs,
        serverTimeNs,
        durationNs,
        startsWithSync,
        state,
        segmentCount,
        Optional.empty(),
        duplicateOf,
        parts,
        previousHash,
        content,
        hash);
  }

  /** Whether recovery closed it after a crash; it was never acknowledged. */
  public boolean truncated() {
    return state == FragmentState.TRUNCATED;
  }

  /** Producer time at which it ends, UTC nanoseconds. */
  public long producerEndNs() {
    return producerTimeNs + durationNs;
  }

  public long payloadBytes() {
    long sum = 0;
    for (PartEntry part : parts) {
      sum += part.payloadBytes();
    }
    return sum;
  }

  /** The parts of one track, in decode order. */
  public List<PartEntry> parts(int trackIndex) {
    return parts.stream().filter(part -> part.trackIndex() == trackIndex).toList();
  }
}
