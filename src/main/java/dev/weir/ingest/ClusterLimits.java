// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

/**
 * How much a push may send whose fragments are Clusters. Immutable.
 *
 * @param bytes of samples in a fragment
 * @param durationNs from a fragment's first frame to its last
 * @param tracks that the header declares, of those that are kept
 * @param tags of one fragment
 */
public record ClusterLimits(long bytes, long durationNs, int tracks, int tags) {}
