// SPDX-License-Identifier: Apache-2.0
package dev.weir.ingest;

/** What a push must keep to whose fragments are Clusters. Immutable. */
public enum ClusterRule {
  /** A fragment is not larger than the limits say. */
  SIZE,
  /** Nor longer. */
  DURATION,
  /** A fragment's first frame is later than all frames of the fragment before it. */
  ORDER,
  /** There is one header, at the begin. */
  ONE_HEADER,
  /** There are no more tracks than the limits say. */
  TRACK_COUNT,
  /** A frame is of a track that the header declares. */
  TRACK_NUMBER,
  /** Each track has a frame in each fragment. */
  FRAMES_OF_EACH_TRACK,
  /** Tags are few, short, and named so that they can't be taken for the server's. */
  TAGS
}
