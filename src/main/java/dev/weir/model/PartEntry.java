// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * Where a stored part lies and what it spans: enough to lay out a playlist, a moof or a file
 * without reading the part. Immutable.
 *
 * @param trackIndex the track within the run
 * @param baseDecodeTime decode time of the first sample, ticks
 * @param durationTicks sum of the samples' durations, ticks
 * @param firstPresentationTime smallest presentation time of its samples, ticks
 * @param sampleCount samples, at least 1
 * @param payloadBytes bytes of all samples
 * @param startsWithSync the first sample is a sync sample
 * @param offset of the part's record in its chunk file, bytes
 * @param recordBytes length of the whole record, header and checksum included
 */
public record PartEntry(
    int trackIndex,
    long baseDecodeTime,
    long durationTicks,
    long firstPresentationTime,
    int sampleCount,
    int payloadBytes,
    boolean startsWithSync,
    long offset,
    int recordBytes) {}
