// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.archive.Archive;
import dev.weir.control.Streams;
import dev.weir.playback.hls.Hls;
import dev.weir.playback.hls.MediaSegments;
import java.time.InstantSource;

/** What the routes call. Immutable. */
public record Services(
    Archive archive, Streams streams, Hls hls, MediaSegments segments, InstantSource clock) {

  /** Wires the playback services to an archive. */
  public static Services of(Archive archive, Streams streams, InstantSource clock) {
    return new Services(
        archive, streams, new Hls(archive, clock), new MediaSegments(archive), clock);
  }
}
