// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sources one after another, read as one. Confined to one thread at a time; closes its pieces and
 * whatever else it was given.
 */
public final class Concatenation implements ByteSource {

  private final List<ByteSource> pieces;
  private final long[] starts;
  private final long length;
  private final Runnable onClose;

  /**
   * @param onClose runs once the source is closed, after its pieces
   */
  public Concatenation(List<ByteSource> pieces, Runnable onClose) {
    this.pieces = List.copyOf(pieces);
    this.onClose = onClose;
    this.starts = new long[pieces.size()];
    long at = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at;
      at = Math.addExact(at, pieces.get(i).length());
    }
    this.length = at;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    long at = position;
    int index = pieceAt(position);
    while (destination.hasRemaining()) {
      ByteSource piece = pieces.get(index);
      long within = at - starts[index];
      int count = (int) Math.min(destination.remaining(), piece.length() - within);
      if (count > 0) {
        int limit = destination.limit();
        destination.limit(destination.position() + count);
        piece.read(within, destination);
        destination.limit(limit);
        at += count;
      }
      index++;
    }
  }

  @Override
  public Optional<FileSlice> slice(long position) {
    int index = pieceAt(position);
    return pieces.get(index).slice(position - starts[index]);
  }

  @Override
  public long nextSlice(long position) {
    for (int index = pieceAt(position); index < starts.length; index++) {
      ByteSource piece = pieces.get(index);
      long next = piece.nextSlice(Math.max(0, position - starts[index]));
      if (next < piece.length()) {
        return starts[index] + next;
      }
    }
    return length;
  }

  private int pieceAt(long position) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  @Override
  public void close() {
    var failures = new ArrayList<RuntimeException>();
    for (ByteSource piece : pieces) {
      try {
        piece.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    onClose.run();
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
