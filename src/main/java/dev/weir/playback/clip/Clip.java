// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.bytes.ByteSource;
import dev.weir.model.TimeRange;
import java.util.List;

/**
 * A clip that can be read from any position; closing it, or its body, releases the files below it.
 *
 * @param body the whole file
 * @param contentType its media type
 * @param etag strong entity tag, quotes included: the same for the same bytes, and no other's
 * @param fromNs producer time of its first moment, UTC nanoseconds
 * @param toNs producer time at which it ends
 * @param pieces the recorded ranges that it is joined from, in producer time, at least one
 */
public record Clip(
    ByteSource body,
    String contentType,
    String etag,
    long fromNs,
    long toNs,
    List<TimeRange> pieces)
    implements AutoCloseable {

  public Clip {
    pieces = List.copyOf(pieces);
  }

  @Override
  public void close() {
    body.close();
  }
}
