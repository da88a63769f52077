// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.MalformedMedia;
import java.util.Optional;
import java.util.function.Consumer;

/** Box headers, read and written (ISO/IEC 14496-12 § 4.2). Stateless. */
final class Boxes {

  private Boxes() {}

  static int fourCc(String type) {
    return (type.charAt(0) << 24) | (type.charAt(1) << 16) | (type.charAt(2) << 8) | type.charAt(3);
  }

  static String name(int type) {
    var name = new StringBuilder(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      int c = (type >> shift) & 0xff;
      name.append(c >= 0x20 && c < 0x7f ? (char) c : '?');
    }
    return name.toString();
  }

  /** One child box: its type and a reader of its body. */
  record Child(String type, ByteReader body) {}

  /** The next child of a box that is held whole; empty at its end. */
  static Optional<Child> next(ByteReader in) {
    // Some writers pad a parent with a few zero bytes.
    if (in.remaining() < 8) {
      return Optional.empty();
    }
    long size = in.u32();
    String type = name(in.i32());
    int header = 8;
    if (size == 1) {
      size = in.i64();
      header = 16;
    } else if (size == 0) {
      size = in.remaining() + 8L;
    }
    if (size < header || size - header > in.remaining()) {
      throw new MalformedMedia(
          "box size",
          in.where() + "/" + type,
          header + " to " + (in.remaining() + header) + " bytes",
          size + " bytes");
    }
    return Optional.of(new Child(type, in.sub((int) (size - header), type)));
  }

  static void eachChild(ByteReader in, Consumer<Child> action) {
    for (var child = next(in); child.isPresent(); child = next(in)) {
      action.accept(child.get());
    }
  }

  /** Writes a box around what {@code body} writes. */
  static void box(ByteWriter out, String type, Runnable body) {
    int start = out.size();
    out.i32(0).i32(fourCc(type));
    body.run();
    out.setI32(start, out.size() - start);
  }

  /** Writes a full box: version and flags before the body. */
  static void fullBox(ByteWriter out, String type, int version, int flags, Runnable body) {
    box(
        out,
        type,
        () -> {
          out.u8(version).u24(flags);
          body.run();
        });
  }
}
