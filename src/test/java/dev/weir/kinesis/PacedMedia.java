// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A body as a camera gives it: one piece after the other, each in its time. Confined to a thread.
 */
public final class PacedMedia extends InputStream {

  private final Iterator<byte[]> pieces;
  private final long everyNanos;
  private long dueNanos;
  private ByteArrayInputStream piece = new ByteArrayInputStream(new byte[0]);

  /**
   * @param every how long one piece is before the next
   */
  public PacedMedia(List<byte[]> pieces, Duration every) {
    this.pieces = pieces.iterator();
    this.everyNanos = every.toNanos();
    this.dueNanos = System.nanoTime();
  }

  @Override
  public int read() {
    return next() ? piece.read() : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    return next() ? piece.read(bytes, offset, length) : -1;
  }

  /** What can be had without waiting. */
  @Override
  public int available() {
    return piece.available();
  }

  private boolean next() {
    if (piece.available() == 0 && pieces.hasNext()) {
      for (long left = dueNanos - System.nanoTime();
          left > 0;
          left = dueNanos - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      dueNanos += everyNanos;
      piece = new ByteArrayInputStream(pieces.next());
    }
    return piece.available() > 0;
  }
}
