// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import java.nio.ByteBuffer;

/**
 * A push parser of one container: takes bytes as they come, in pieces of any size, and tells a
 * {@link DemuxSink} what is in them. "Not enough yet" is a normal return. Memory is bounded by
 * {@link DemuxLimits}. Confined to one thread.
 */
public interface Demuxer {

  /**
   * Consumes all remaining bytes of the buffer. The buffer is the caller's again on return; nothing
   * keeps a view of it.
   *
   * @throws dev.weir.model.MalformedMedia when the bytes break the format; the demuxer is then
   *     finished
   * @throws dev.weir.model.UnsupportedMedia when they are legal but not done here
   * @throws dev.weir.model.LimitExceeded when something is larger than the limits allow
   */
  void feed(ByteBuffer bytes);

  /**
   * The body ended. Whole samples that were still held are given to the sink; an element cut in the
   * middle is dropped and reported by {@link DemuxSink#truncated}.
   *
   * @throws dev.weir.model.MalformedMedia when no media header had been seen at all
   */
  void end();
}
