// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/**
 * The bytes of one file of a {@link CrashableDisk}: what a reader sees, what the medium surely
 * holds, and which sectors lie between the two. Guarded by its disk.
 */
final class CrashableFile {

  static final int SECTOR = 512;

  private byte[] seen = new byte[0];
  private byte[] forced = new byte[0];
  private final BitSet dirty = new BitSet();

  /** Sectors a failed force gave up: a later force says yes and does not write them. */
  private final BitSet givenUp = new BitSet();

  int size() {
    return seen.length;
  }

  byte[] bytes() {
    return seen.clone();
  }

  void append(byte[] bytes) {
    int from = seen.length;
    seen = Arrays.copyOf(seen, from + bytes.length);
    System.arraycopy(bytes, 0, seen, from, bytes.length);
    dirty.set(from / SECTOR, (seen.length + SECTOR - 1) / SECTOR);
    givenUp.clear(from / SECTOR, (seen.length + SECTOR - 1) / SECTOR);
  }

  void truncate(int size) {
    if (size < seen.length) {
      dirty.set(size / SECTOR, (seen.length + SECTOR - 1) / SECTOR);
      seen = Arrays.copyOf(seen, size);
    }
  }

  void force() {
    byte[] now = seen.clone();
    for (int i = givenUp.nextSetBit(0); i >= 0; i = givenUp.nextSetBit(i + 1)) {
      for (int at = i * SECTOR; at < Math.min((i + 1) * SECTOR, now.length); at++) {
        now[at] = at < forced.length ? forced[at] : 0;
      }
    }
    forced = now;
    dirty.clear();
  }

  void failForce() {
    givenUp.or(dirty);
  }

  boolean isForced() {
    return dirty.isEmpty() && Arrays.equals(seen, forced);
  }

  /**
   * The power goes. The length on the medium is the forced one, the seen one, or any between; a
   * sector that was written since the last force is there, is not, is zero, is torn, or holds what
   * some other file once had there.
   */
  void crash(Random random) {
    int low = Math.min(seen.length, forced.length);
    int high = Math.max(seen.length, forced.length);
    int size =
        switch (random.nextInt(4)) {
          case 0 -> forced.length;
          case 1, 2 -> seen.length;
          default -> low + random.nextInt(high - low + 1);
        };
    byte[] left = Arrays.copyOf(forced, size);
    boolean prefix = random.nextInt(3) == 0;
    boolean lost = false;
    for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
      // Either the sectors reach the medium in order, or in any.
      lost |= random.nextInt(4) == 0;
      int fate = prefix ? (lost ? 1 : 0) : random.nextInt(6);
      int from = sector * SECTOR;
      int to = Math.min(from + SECTOR, size);
      for (int i = from; i < to; i++) {
        byte now = i < seen.length ? seen[i] : 0;
        if (i < forced.length && forced[i] == now) {
          // Rewriting a sector does not harm the bytes of it that stay as they are.
          continue;
        }
        switch (fate) {
          case 0, 5 -> left[i] = now;
          case 1 -> {}
          case 2 -> left[i] = 0;
          case 3 -> left[i] = i - from < 200 ? now : left[i];
          default -> left[i] = (byte) random.nextInt(256);
        }
      }
    }
    seen = left;
    givenUp.clear();
    force();
  }
}
