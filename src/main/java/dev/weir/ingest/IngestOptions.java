// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

import dev.weir.container.DemuxLimits;
import dev.weir.container.FragmentPolicy;
import dev.weir.model.TimecodeMode;
import java.util.Optional;

/**
 * How one push is taken in. Immutable.
 *
 * @param timecodes how media time becomes producer time
 * @param startNs with {@link TimecodeMode#RELATIVE} the producer's stated start, UTC nanoseconds;
 *     else 0
 * @param clockOffsetNs added to every producer time that comes from the producer's clock
 * @param clusters to what a push is held whose fragments are Matroska Clusters; empty when they are
 *     cut here
 */
public record IngestOptions(
    TimecodeMode timecodes,
    long startNs,
    long clockOffsetNs,
    DemuxLimits limits,
    FragmentPolicy policy,
    Optional<ClusterLimits> clusters) {

  /** A native push with everything at its default: anchored by arrival. */
  public static final IngestOptions ARRIVAL = of(TimecodeMode.ARRIVAL, 0, 0);

  /** A native push: fragments begin at sync samples, limits are the default ones. */
  public static IngestOptions of(TimecodeMode timecodes, long startNs, long clockOffsetNs) {
    return new IngestOptions(
        timecodes,
        startNs,
        clockOffsetNs,
        DemuxLimits.DEFAULT,
        FragmentPolicy.BY_SYNC,
        Optional.empty());
  }

  /** A push of Matroska whose Clusters are its fragments. */
  public static IngestOptions byCluster(
      TimecodeMode timecodes, long startNs, long clockOffsetNs, ClusterLimits clusters) {
    return new IngestOptions(
        timecodes,
        startNs,
        clockOffsetNs,
        DemuxLimits.DEFAULT,
        FragmentPolicy.BY_CLUSTER,
        Optional.of(clusters));
  }
}
