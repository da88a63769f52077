// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.model.StreamId;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How far live sessions have been counted. A session that is forgotten is counted from its begin
 * again, to the same. Thread-safe.
 */
final class LiveCounts {

  private static final int MOST = 1000;

  private record Session(StreamId stream, HlsSession session) {}

  private final SequencedMap<Session, LiveCount> counted = new LinkedHashMap<>(16, 0.75f, true);

  synchronized LiveCount latest(StreamId stream, HlsSession session, LiveCount begin) {
    return counted.getOrDefault(new Session(stream, session), begin);
  }

  synchronized void reached(StreamId stream, HlsSession session, LiveCount count) {
    counted.put(new Session(stream, session), count);
    if (counted.size() > MOST) {
      counted.pollFirstEntry();
    }
  }
}
