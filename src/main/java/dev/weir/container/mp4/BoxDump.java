// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.DumpLine;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes down the boxes of an MP4 file (ISO/IEC 14496-12), a line each, with what the important
 * ones say. Bytes that are no boxes are named. Holds one line in memory. Confined to one thread.
 */
public final class BoxDump {

  private static final int MOST_DEPTH = 32;
  private static final int HEAD_OF_BODY = 256;

  private static final Set<String> FIRST_TYPES =
      Set.of(
          "ftyp", "styp", "moov", "moof", "mdat", "free", "skip", "wide", "sidx", "emsg", "prft",
          "uuid");

  private static final Set<String> PARENTS =
      Set.of(
          "moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra",
          "udta", "sinf", "schi", "wave");

  private static final Set<String> PICTURE_ENTRIES =
      Set.of("avc1", "avc3", "hvc1", "hev1", "av01", "vp08", "vp09", "mp4v", "encv");

  private static final Set<String> SOUND_ENTRIES =
      Set.of("mp4a", "Opus", "ac-3", "ec-3", "fLaC", "alaw", "ulaw", "enca");

  private final ByteSource file;
  private final Consumer<DumpLine> out;

  private BoxDump(ByteSource file, Consumer<DumpLine> out) {
    this.file = file;
    this.out = out;
  }

  /** Whether a file begins as MP4 does. */
  public static boolean canRead(ByteBuffer first) {
    return first.remaining() >= 8
        && FIRST_TYPES.contains(Boxes.name(first.getInt(first.position() + 4)));
  }

  public static void write(ByteSource file, Consumer<DumpLine> out) {
    new BoxDump(file, out).boxes(0, file.length(), 0);
  }

  private void boxes(long from, long to, int depth) {
    for (long at = from; at < to; ) {
      at = box(at, to, depth);
    }
  }

  /** Writes down the box at an offset and those in it; gives the offset of the next. */
  private long box(long at, long to, int depth) {
    if (to - at < 8) {
      out.accept(DumpLine.of(depth, at, to - at, "padding"));
      return to;
    }
    var head = ByteBuffer.allocate((int) Math.min(16, to - at));
    file.read(at, head);
    long size = head.getInt(0) & 0xffff_ffffL;
    String type = Boxes.name(head.getInt(4));
    int headBytes = 8;
    if (size == 1 && head.limit() == 16) {
      size = head.getLong(8);
      headBytes = 16;
    } else if (size == 0) {
      size = to - at;
    }
    boolean cut = size > to - at && to == file.length() && type.indexOf('?') < 0;
    if (size < headBytes || (size > to - at && !cut)) {
      out.accept(
          DumpLine.of(
              depth, at, to - at, "damaged", "value", "no box that ends within its parent"));
      return to;
    }
    long end = Math.min(to, at + size);
    ByteBuffer body = headOfBody(at + headBytes, end);
    Map<String, Object> fields = fields(type, body, end - at - headBytes);
    if (cut) {
      fields.put("missing", size - (end - at));
    }
    out.accept(DumpLine.of(depth, at, size, type, fields));
    int before = beforeChildren(type, body);
    if (before >= 0 && at + headBytes + before <= end && depth < MOST_DEPTH) {
      boxes(at + headBytes + before, end, depth + 1);
    }
    return end;
  }

  /** The first bytes of a body. */
  private ByteBuffer headOfBody(long from, long to) {
    var body = ByteBuffer.allocate((int) Math.min(HEAD_OF_BODY, to - from));
    file.read(from, body);
    return body.flip();
  }

  private static Map<String, Object> fields(String type, ByteBuffer body, long bodyBytes) {
    try {
      return BoxFields.of(type, new ByteReader(body, type), bodyBytes);
    } catch (MalformedMedia e) {
      return DumpLine.fieldsOf("value", "too short");
    }
  }

  /** Bytes of a body before its children; negative for a box that has none. */
  private static int beforeChildren(String type, ByteBuffer body) {
    if (PARENTS.contains(type)) {
      return 0;
    }
    if (PICTURE_ENTRIES.contains(type)) {
      return 78;
    }
    if (SOUND_ENTRIES.contains(type)) {
      int version = body.limit() >= 10 ? body.getShort(8) : 0;
      return 28 + (version == 1 ? 16 : version == 2 ? 36 : 0);
    }
    return switch (type) {
      case "stsd", "dref" -> 8;
      // A full box in ISO files, a plain one in QuickTime's.
      case "meta" -> body.limit() >= 8 && Boxes.name(body.getInt(4)).equals("hdlr") ? 0 : 4;
      default -> -1;
    };
  }
}
