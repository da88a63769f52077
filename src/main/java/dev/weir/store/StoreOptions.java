// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

/**
 * How a store behaves. Immutable.
 *
 * @param writerThreads threads that append and force
 * @param rollBytes a file is sealed once it is this large
 * @param rollNanos or this old, nanoseconds
 * @param reserveBytes with less room than this on a disk, it takes no more media
 * @param inFlightBytes payload that may wait for the disk before producers are slowed
 */
public record StoreOptions(
    int writerThreads, long rollBytes, long rollNanos, long reserveBytes, long inFlightBytes) {

  public static final StoreOptions DEFAULT =
      new StoreOptions(4, 64L << 20, 300_000_000_000L, 256L << 20, 64L << 20);

  private static final long SMALLEST_ROLL_BYTES = 64 << 10;

  /**
   * The same for a stream of which only so much is kept: its files are an eighth of that at most,
   * so that what is too much can go file by file, and the newest is never too much by itself.
   *
   * @param keptBytes 0 sets no limit
   */
  StoreOptions keeping(long keptBytes) {
    long roll =
        keptBytes == 0
            ? rollBytes
            : Math.min(rollBytes, Math.max(SMALLEST_ROLL_BYTES, keptBytes / 8));
    return new StoreOptions(writerThreads, roll, rollNanos, reserveBytes, inFlightBytes);
  }

  /** The same with another reserve. */
  public StoreOptions withReserve(long bytes) {
    return new StoreOptions(writerThreads, rollBytes, rollNanos, bytes, inFlightBytes);
  }
}
