// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.bytes.ByteSource;
import java.util.Optional;

/**
 * A body whose length nobody knows, piece by piece, pulled by its reader. Polling blocks and is
 * confined to one thread at a time; everything else is thread-safe. A piece is closed before the
 * next is polled.
 */
public interface Pieces extends AutoCloseable {

  String contentType();

  /** The next piece; empty when there is none yet, or no more. The caller closes it. */
  Optional<ByteSource> poll();

  /** True when no further piece will come. */
  boolean ended();

  /**
   * Runs the action once, on any thread, when there may be another piece; it must not block. A new
   * action takes the place of one that still waits.
   */
  void onMore(Runnable action);

  /** After how long without another piece to poll all the same; 0 never. */
  default long patienceMillis() {
    return 0;
  }

  @Override
  void close();
}
