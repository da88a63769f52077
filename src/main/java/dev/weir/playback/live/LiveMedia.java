// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.model.StreamId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Opens endless media of streams. Thread-safe. */
public final class LiveMedia {

  private final Archive archive;
  private final InstantSource clock;
  private final Map<StreamId, Set<EndlessMedia>> open = new HashMap<>();

  public LiveMedia(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /** Does not block; a stream without media yet is waited for. The caller closes what it gets. */
  public EndlessMedia open(StreamId stream, LiveStart start, LiveFormat format) {
    var cursor = new LiveCursor(archive, clock, stream, start);
    var media = new EndlessMedia(archive, cursor, stream, format, closed -> forget(stream, closed));
    synchronized (open) {
      open.computeIfAbsent(stream, each -> new HashSet<>()).add(media);
    }
    return media;
  }

  private void forget(StreamId stream, EndlessMedia closed) {
    synchronized (open) {
      Set<EndlessMedia> left = open.getOrDefault(stream, Set.of());
      if (left.remove(closed) && left.isEmpty()) {
        open.remove(stream);
      }
    }
  }

  /** Ends everything that is open of a stream that was deleted. */
  public void end(StreamId stream) {
    List<EndlessMedia> ending;
    synchronized (open) {
      ending = List.copyOf(open.getOrDefault(stream, Set.of()));
    }
    ending.forEach(EndlessMedia::end);
  }
}
