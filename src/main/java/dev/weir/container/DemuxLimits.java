// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

/**
 * How large the parts of a pushed container may be; beyond, {@link dev.weir.model.LimitExceeded}.
 * Immutable.
 *
 * @param maxHeaderBytes a header element or box that is held in memory (Tracks, moov, moof,
 *     CodecPrivate)
 * @param maxSampleBytes one sample
 * @param maxTracks tracks in one header
 * @param maxDepth nesting of elements or boxes
 */
public record DemuxLimits(int maxHeaderBytes, int maxSampleBytes, int maxTracks, int maxDepth) {

  public static final DemuxLimits DEFAULT = new DemuxLimits(16 << 20, 50_000_000, 16, 16);
}
