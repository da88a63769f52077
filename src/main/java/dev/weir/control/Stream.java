// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named source that is pushed to and played from. Immutable.
 *
 * @param revision rises with every change, so that of two copies the newer is known
 * @param attributes what a face of the server keeps with a stream and nobody else reads, by a name
 *     that begins with the face's
 */
public record Stream(
    StreamId id,
    StreamName name,
    Instant created,
    long revision,
    StreamSettings settings,
    List<Hold> holds,
    Map<String, String> attributes) {

  public Stream {
    holds = List.copyOf(holds);
    attributes = Map.copyOf(attributes);
  }

  /** A hold that a range of producer time meets. */
  public Optional<Hold> hold(long fromNs, long toNs) {
    return holds.stream().filter(each -> each.range().intersects(fromNs, toNs)).findFirst();
  }

  public Stream with(StreamSettings changed) {
    return new Stream(id, name, created, revision + 1, changed, holds, attributes);
  }

  Stream with(List<Hold> changed) {
    return new Stream(id, name, created, revision + 1, settings, changed, attributes);
  }

  public Stream with(Map<String, String> changed) {
    return new Stream(id, name, created, revision + 1, settings, holds, changed);
  }
}
