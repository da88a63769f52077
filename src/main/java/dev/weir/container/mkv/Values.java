// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.model.MalformedMedia;
import dev.weir.model.MediaTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what elements hold (RFC 8794 § 7). Stateless. */
final class Values {

  private Values() {}

  static long unsigned(ByteBuffer body, Element element, long offset) {
    if (body.remaining() > 8) {
      throw new MalformedMedia(
          element.name(), "byte " + offset, "at most 8 bytes", body.remaining() + " bytes");
    }
    long value = 0;
    for (int i = body.position(); i < body.limit(); i++) {
      value = (value << 8) | (body.get(i) & 0xff);
    }
    if (value < 0) {
      throw new MalformedMedia(element.name(), "byte " + offset, "below 2^63", "more");
    }
    return value;
  }

  /**
   * A number that is stored as floating point, rounded to a whole one.
   *
   * @param otherwise what an empty element stands for
   */
  static long rounded(ByteBuffer body, Element element, long offset, long otherwise) {
    return switch (body.remaining()) {
      case 0 -> otherwise;
      case 4 -> Math.round((double) body.getFloat(body.position()));
      case 8 -> Math.round(body.getDouble(body.position()));
      default ->
          throw new MalformedMedia(
              element.name(), "byte " + offset, "4 or 8 bytes", body.remaining() + " bytes");
    };
  }

  /**
   * What is dropped at a block's end (§ 5.1.3.5.7); a negative one, at its start, is the codec
   * delay's business. No frame is longer than two seconds.
   */
  static int discardPaddingNs(ByteBuffer body, long offset) {
    if (body.remaining() > 8) {
      throw new MalformedMedia(
          "DiscardPadding", "byte " + offset, "at most 8 bytes", body.remaining() + " bytes");
    }
    long value = body.hasRemaining() ? body.get(body.position()) >> 7 : 0;
    for (int i = body.position(); i < body.limit(); i++) {
      value = (value << 8) | (body.get(i) & 0xff);
    }
    return (int) Math.clamp(value, 0L, 2 * MediaTime.NANOS_PER_SECOND);
  }

  /** Text without the NULs that some producers pad it with (RFC 8794 § 7.5). */
  static String text(ByteBuffer body) {
    String text = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
