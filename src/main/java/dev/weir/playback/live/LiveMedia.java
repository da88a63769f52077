// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.model.StreamId;
import java.time.InstantSource;

/** Opens endless media of streams. Thread-safe. */
public final class LiveMedia {

  private final Archive archive;
  private final InstantSource clock;

  public LiveMedia(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /** Does not block; a stream without media yet is waited for. The caller closes what it gets. */
  public EndlessMedia open(StreamId stream, LiveStart start, LiveFormat format) {
    var cursor = new LiveCursor(archive, clock, stream, start);
    return new EndlessMedia(archive, cursor, stream, format);
  }
}
