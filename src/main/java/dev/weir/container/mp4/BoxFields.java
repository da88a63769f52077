// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.DumpLine;
import dev.weir.model.MalformedMedia;
import java.util.Map;
import java.util.StringJoiner;

/** What the important boxes say, for dumps (ISO/IEC 14496-12; sections at each). Stateless. */
final class BoxFields {

  private BoxFields() {}

  /**
   * @param body its first bytes
   * @param bodyBytes how many it has
   * @throws MalformedMedia when it is too short for what it must say
   */
  static Map<String, Object> of(String type, ByteReader body, long bodyBytes) {
    return switch (type) {
      case "ftyp", "styp" -> brands(body, bodyBytes); // § 4.3
      case "mvhd" -> movieHeader(body); // § 8.2.2
      case "tkhd" -> trackHeader(body); // § 8.3.2
      case "mdhd" -> mediaHeader(body); // § 8.4.2
      case "hdlr" -> DumpLine.fieldsOf("value", Boxes.name(after(body, 8).i32())); // § 8.4.3
      case "elst" -> edits(body); // § 8.6.6
      case "stsd", "stts", "ctts", "stss", "stsc", "stco", "co64", "dref" ->
          DumpLine.fieldsOf("entries", after(body, 4).u32()); // § 8.5 to § 8.7
      case "stsz" -> sizes(body); // § 8.7.3
      case "mehd" -> DumpLine.fieldsOf("duration", wide(body) ? body.i64() : body.u32()); // § 8.8.2
      case "trex" -> trackExtends(body); // § 8.8.3
      case "mfhd" -> DumpLine.fieldsOf("sequence", after(body, 4).u32()); // § 8.8.5
      case "tfhd" -> fragmentHeader(body); // § 8.8.7
      case "tfdt" ->
          DumpLine.fieldsOf("baseDecodeTime", wide(body) ? body.i64() : body.u32()); // § 8.8.12
      case "trun" -> run(body); // § 8.8.8
      case "sidx" -> index(body); // § 8.16.3
      case "avc1", "avc3", "hvc1", "hev1", "av01", "vp08", "vp09", "mp4v", "encv" ->
          DumpLine.fieldsOf("width", after(body, 24).u16(), "height", body.u16()); // § 12.1.3
      case "mp4a", "Opus", "ac-3", "ec-3", "fLaC", "alaw", "ulaw", "enca" ->
          DumpLine.fieldsOf(
              "channels", after(body, 16).u16(), "rate", after(body, 6).u16()); // § 12.2.3
      case "pasp" -> DumpLine.fieldsOf("value", body.u32() + ":" + body.u32()); // § 12.1.4
      default -> DumpLine.fieldsOf();
    };
  }

  private static ByteReader after(ByteReader body, int bytes) {
    body.skip(bytes);
    return body;
  }

  /** Reads version and flags; whether times have 64 bits. */
  private static boolean wide(ByteReader body) {
    boolean wide = body.u8() == 1;
    body.skip(3);
    return wide;
  }

  private static Map<String, Object> brands(ByteReader body, long bodyBytes) {
    Map<String, Object> fields = DumpLine.fieldsOf("major", Boxes.name(body.i32()));
    fields.put("minor", body.u32());
    var compatible = new StringJoiner(" ");
    for (long i = 8; i + 4 <= bodyBytes && body.remaining() >= 4; i += 4) {
      compatible.add(Boxes.name(body.i32()));
    }
    fields.put("compatible", compatible.toString());
    return fields;
  }

  private static Map<String, Object> movieHeader(ByteReader body) {
    boolean wide = wide(body);
    body.skip(wide ? 16 : 8);
    return DumpLine.fieldsOf("timescale", body.u32(), "duration", wide ? body.i64() : body.u32());
  }

  private static Map<String, Object> trackHeader(ByteReader body) {
    boolean wide = wide(body);
    body.skip(wide ? 16 : 8);
    Map<String, Object> fields = DumpLine.fieldsOf("track", body.u32());
    body.skip(4);
    fields.put("duration", wide ? body.i64() : body.u32());
    body.skip(52);
    fields.put("width", body.u32() >> 16);
    fields.put("height", body.u32() >> 16);
    return fields;
  }

  private static Map<String, Object> mediaHeader(ByteReader body) {
    Map<String, Object> fields = movieHeader(body);
    int language = body.u16();
    var code = new StringBuilder();
    for (int shift = 10; shift >= 0; shift -= 5) {
      code.append((char) (0x60 + ((language >> shift) & 0x1f)));
    }
    fields.put("language", code.toString());
    return fields;
  }

  private static Map<String, Object> edits(ByteReader body) {
    boolean wide = wide(body);
    long count = body.u32();
    Map<String, Object> fields = DumpLine.fieldsOf("entries", count);
    var edits = new StringJoiner(" ");
    for (long i = 0; i < count && body.remaining() >= (wide ? 20 : 12); i++) {
      long duration = wide ? body.i64() : body.u32();
      long time = wide ? body.i64() : body.i32();
      body.skip(4);
      edits.add(time < 0 ? "empty+" + duration : time + "+" + duration);
    }
    fields.put("edits", edits.toString());
    return fields;
  }

  private static Map<String, Object> sizes(ByteReader body) {
    long common = after(body, 4).u32();
    long samples = body.u32();
    return common == 0
        ? DumpLine.fieldsOf("samples", samples)
        : DumpLine.fieldsOf("samples", samples, "each", common);
  }

  private static Map<String, Object> trackExtends(ByteReader body) {
    return DumpLine.fieldsOf(
        "track", after(body, 4).u32(), "duration", after(body, 4).u32(), "size", body.u32());
  }

  private static Map<String, Object> fragmentHeader(ByteReader body) {
    int flags = body.i32();
    Map<String, Object> fields = DumpLine.fieldsOf("track", body.u32());
    if ((flags & 0x1) != 0) {
      fields.put("baseDataOffset", body.i64());
    }
    fields.put("baseIsMoof", (flags & 0x20000) != 0);
    return fields;
  }

  private static Map<String, Object> run(ByteReader body) {
    int flags = body.i32();
    Map<String, Object> fields = DumpLine.fieldsOf("samples", body.u32());
    if ((flags & 0x1) != 0) {
      fields.put("dataOffset", body.i32());
    }
    return fields;
  }

  private static Map<String, Object> index(ByteReader body) {
    boolean wide = wide(body);
    Map<String, Object> fields = DumpLine.fieldsOf("track", body.u32(), "timescale", body.u32());
    fields.put("earliest", wide ? body.i64() : body.u32());
    body.skip((wide ? 8 : 4) + 2);
    fields.put("references", body.u16());
    return fields;
  }
}
