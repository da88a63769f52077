// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.model.SimpleTag;
import dev.weir.model.Track;
import java.util.List;

/** What a {@link Demuxer} has found. Called on the demuxer's thread, in stream order. */
public interface DemuxSink {

  /**
   * The tracks of what follows. Called before the first sample, and again when a later header
   * declares tracks (equal or not: the receiver compares). Track times are on one media timeline;
   * edit lists and codec delay are already applied.
   */
  void tracks(List<Track> tracks);

  /** A whole sample; its data buffer is the receiver's to keep. */
  void sample(DemuxedSample sample);

  /** A container-level fragment edge (a Matroska Cluster or an MP4 movie fragment begins). */
  void boundary();

  /**
   * What a Matroska Cluster says of its own time, after {@link #boundary}.
   *
   * @param timestamp in the Segment's units, as written
   */
  default void clusterTimestamp(long timestamp) {}

  /**
   * A Matroska Tags element that is small enough to be looked at: its simple tags, those inside of
   * others after them.
   */
  default void tags(List<SimpleTag> tags) {}

  /** A Matroska Tags element was passed over since it is too large to be looked at. */
  default void largeTags(long bytes) {}

  /** A frame was passed over since the header declares no track of its number. */
  default void undeclared(long trackNumber) {}

  /**
   * The body ended inside an element; what of it could not be used is dropped.
   *
   * @param where the element path and byte offset at which it began
   */
  void truncated(String where);
}
