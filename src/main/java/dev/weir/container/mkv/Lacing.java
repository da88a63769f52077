// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes the frames out of a block's body (RFC 9559 § 10.3). Stateless. */
final class Lacing {

  private static final int NONE = 0;
  private static final int XIPH = 1;
  private static final int FIXED = 2;

  private Lacing() {}

  /**
   * The frames of a block.
   *
   * @param lacing the two lacing bits of the block's flags
   * @param body what follows the flags; the frames are views of it
   */
  static List<ByteBuffer> frames(int lacing, ByteBuffer body, String where) {
    if (lacing == NONE) {
      return List.of(body.slice());
    }
    int count = u8(body, where) + 1;
    int[] sizes =
        switch (lacing) {
          case XIPH -> xiph(body, count, where);
          case FIXED -> fixed(body, count, where);
          default -> ebml(body, count, where);
        };
    var frames = new ArrayList<ByteBuffer>(count);
    for (int size : sizes) {
      if (size < 0 || size > body.remaining()) {
        throw new MalformedMedia(
            "laced frame size", where, "at most " + body.remaining(), Integer.toString(size));
      }
      frames.add(body.slice(body.position(), size));
      body.position(body.position() + size);
    }
    return frames;
  }

  private static int[] xiph(ByteBuffer body, int count, String where) {
    var sizes = new int[count];
    int sum = 0;
    for (int i = 0; i < count - 1; i++) {
      int part;
      do {
        part = u8(body, where);
        sizes[i] += part;
      } while (part == 255);
      sum += sizes[i];
    }
    sizes[count - 1] = body.remaining() - sum;
    return sizes;
  }

  private static int[] fixed(ByteBuffer body, int count, String where) {
    if (body.remaining() % count != 0) {
      throw new MalformedMedia(
          "fixed lacing",
          where,
          "a multiple of " + count + " bytes",
          Integer.toString(body.remaining()));
    }
    var sizes = new int[count];
    Arrays.fill(sizes, body.remaining() / count);
    return sizes;
  }

  private static int[] ebml(ByteBuffer body, int count, String where) {
    var sizes = new int[count];
    int sum = 0;
    for (int i = 0; i < count - 1; i++) {
      int first = u8(body, where);
      int length = Integer.numberOfLeadingZeros(first) - 23;
      if (length > 4) {
        throw new MalformedMedia("laced frame size", where, "at most 4 bytes", length + " bytes");
      }
      int value = first & ((1 << (8 - length)) - 1);
      for (int more = 1; more < length; more++) {
        value = (value << 8) | u8(body, where);
      }
      // The first size is plain; each further one is the difference to the one before (§ 10.3.3).
      sizes[i] = i == 0 ? value : sizes[i - 1] + value - ((1 << (7 * length - 1)) - 1);
      if (sizes[i] < 0 || sizes[i] > body.capacity()) {
        throw new MalformedMedia(
            "laced frame size", where, "0 or more, within the block", Integer.toString(sizes[i]));
      }
      sum += sizes[i];
    }
    sizes[count - 1] = body.remaining() - sum;
    return sizes;
  }

  private static int u8(ByteBuffer body, String where) {
    if (!body.hasRemaining()) {
      throw new MalformedMedia("lacing cut short", where, "more bytes", "the end of the block");
    }
    return body.get() & 0xff;
  }
}
