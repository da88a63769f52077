// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.bytes.ByteSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Slices one after another, each turned into bytes when it is read. Holds the bytes of one slice at
 * most. Confined to one thread at a time.
 */
final class SliceBody implements ByteSource {

  private final List<Slice> slices;
  private final Function<Slice, ByteSource> opener;
  private final long[] starts;
  private int openIndex = -1;
  private @Nullable ByteSource open;

  SliceBody(List<Slice> slices, ToLongFunction<Slice> bytes, Function<Slice, ByteSource> opener) {
    this.slices = slices;
    this.opener = opener;
    this.starts = new long[slices.size() + 1];
    for (int i = 0; i < slices.size(); i++) {
      starts[i + 1] = starts[i] + bytes.applyAsLong(slices.get(i));
    }
  }

  /** Where a slice begins. */
  long start(int slice) {
    return starts[slice];
  }

  @Override
  public long length() {
    return starts[slices.size()];
  }

  @Override
  public void read(long position, ByteBuffer destination) {
    long at = position;
    int index = indexOf(position);
    while (destination.hasRemaining()) {
      int count = (int) Math.min(destination.remaining(), starts[index + 1] - at);
      if (count > 0) {
        int limit = destination.limit();
        destination.limit(destination.position() + count);
        source(index).read(at - starts[index], destination);
        destination.limit(limit);
        at += count;
      }
      index++;
    }
  }

  private ByteSource source(int index) {
    ByteSource current = open;
    if (current == null || openIndex != index) {
      close();
      current = opener.apply(slices.get(index));
      open = current;
      openIndex = index;
    }
    return current;
  }

  /** The last slice that begins at or before a position. */
  private int indexOf(long position) {
    int low = 0;
    int high = slices.size() - 1;
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
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
