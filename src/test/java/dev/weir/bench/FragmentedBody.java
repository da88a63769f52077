// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A Matroska file, and where in it the server can know that a fragment is complete: behind the next
 * key frame, and at the end. Immutable.
 */
final class FragmentedBody {

  private static final int SEGMENT = 0x18538067;
  private static final int CLUSTER = 0x1F43B675;
  private static final int SIMPLE_BLOCK = 0xA3;
  private static final int VIDEO_TRACK = 1;
  private static final int KEY_FRAME = 0x80;

  private final byte[] bytes;
  private final int[] ends;

  FragmentedBody(byte[] bytes) {
    this.bytes = bytes.clone();
    List<Integer> found = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int idWidth = width(at);
      int id = (int) (number(at) | (1L << (7 * idWidth)));
      int body = at + idWidth + width(at + idWidth);
      if (id == SEGMENT || id == CLUSTER) {
        at = body;
      } else {
        at = body + (int) number(at + idWidth);
        if (id == SIMPLE_BLOCK
            && number(body) == VIDEO_TRACK
            && (bytes[body + 3] & KEY_FRAME) != 0) {
          found.add(at);
        }
      }
    }
    // The first key frame ends nothing; the last fragment ends with the file.
    found.removeFirst();
    found.add(bytes.length);
    this.ends = found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** How many bytes an EBML number takes. */
  private int width(int at) {
    return Integer.numberOfLeadingZeros(bytes[at] & 0xFF) - 24 + 1;
  }

  /** An EBML number without its length marker. */
  private long number(int at) {
    int width = width(at);
    long value = bytes[at] & (0xFF >>> width);
    for (int i = 1; i < width; i++) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  void write(OutputStream out, int at, int length) throws IOException {
    out.write(bytes, at, length);
  }

  void put(ByteBuffer into) {
    into.put(bytes);
  }

  int length() {
    return bytes.length;
  }

  int fragments() {
    return ends.length;
  }

  /** Where a fragment begins: behind the last byte of the one before. */
  int begin(int fragment) {
    return fragment == 0 ? 0 : ends[fragment - 1];
  }

  int size(int fragment) {
    return ends[fragment] - begin(fragment);
  }
}
