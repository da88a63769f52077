// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.bytes.ByteSource;
import dev.weir.playback.Pieces;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Pieces no faster than they may be read; its end is told once. Thread-safe as {@link Pieces}. */
final class PacedPieces implements Pieces {

  private final Pieces pieces;
  private final MediaPace pace;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  PacedPieces(Pieces pieces, MediaPace pace, Runnable onClose) {
    this.pieces = pieces;
    this.pace = pace;
    this.onClose = onClose;
  }

  @Override
  public String contentType() {
    return pieces.contentType();
  }

  @Override
  public Optional<ByteSource> poll() {
    if (pace.waitNanos() > 0) {
      return Optional.empty();
    }
    Optional<ByteSource> piece = pieces.poll();
    piece.ifPresent(each -> {
      pace.bytes(each.length());
      pace.fragment();
    });
    return piece;
  }

  @Override
  public boolean ended() {
    return pieces.ended();
  }

  @Override
  public void onMore(Runnable action) {
    if (pace.waitNanos() > 0) {
      pace.whenFree(action);
    } else {
      pieces.onMore(action);
    }
  }

  @Override
  public long patienceMillis() {
    return pieces.patienceMillis();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      pieces.close();
      onClose.run();
    }
  }
}
