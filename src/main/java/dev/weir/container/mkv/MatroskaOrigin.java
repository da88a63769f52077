// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import dev.weir.model.CorruptRecord;
import dev.weir.model.SimpleTag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How a Matroska Cluster was written, beside its samples (reference/chunk-file.md). Immutable.
 *
 * @param header what stood before the document's first Cluster
 * @param before what stood between the end of the Cluster before and this one's begin, where that
 *     had been told
 * @param pieces the Cluster with all that came after it: bytes, each followed by a sample but the
 *     last
 */
public record MatroskaOrigin(Bytes header, Bytes before, List<Piece> pieces) {

  private static final int VERSION = 1;

  /**
   * Bytes as they were, then the next sample of a track.
   *
   * @param trackIndex negative when no sample follows
   */
  public record Piece(Bytes literal, int trackIndex) {}

  public MatroskaOrigin {
    pieces = List.copyOf(pieces);
  }

  static Bytes encode(Bytes header, Bytes before, ByteWriter recipe) {
    var out = new ByteWriter(16 + header.size() + before.size() + recipe.size());
    out.u8(VERSION);
    writeNumber(out, header.size());
    out.bytes(header);
    writeNumber(out, before.size());
    out.bytes(before).bytes(recipe.asBuffer());
    return Bytes.copyOf(out.toArray());
  }

  static void writeRun(ByteWriter out, ByteWriter literal) {
    writeNumber(out, literal.size());
    out.bytes(literal.asBuffer());
  }

  /** In groups of seven bits, low group first. */
  static void writeNumber(ByteWriter out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.u8((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.u8((int) left);
  }

  /**
   * @throws CorruptRecord when the bytes are none
   */
  public static MatroskaOrigin read(Bytes bytes) {
    var in = new ByteReader(bytes.asBuffer(), "origin");
    if (in.u8() != VERSION) {
      throw new CorruptRecord("origin", "", "version " + VERSION, "another");
    }
    Bytes header = in.bytes(number(in));
    Bytes before = in.bytes(number(in));
    var pieces = new ArrayList<Piece>();
    while (in.remaining() > 0) {
      Bytes literal = in.bytes(number(in));
      pieces.add(new Piece(literal, in.remaining() > 0 ? number(in) - 1 : -1));
    }
    return new MatroskaOrigin(header, before, pieces);
  }

  private static int number(ByteReader in) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.u8();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return Math.toIntExact(value);
      }
    }
    throw new CorruptRecord("origin", in.where(), "a number", "one of more than five bytes");
  }

  /** The Tags elements of the header, each what it says. */
  public List<List<SimpleTag>> headerTags() {
    return SimpleTags.elements(header.asBuffer());
  }

  /** The Tags elements between the end of the Cluster before and this one's begin. */
  public List<List<SimpleTag>> tagsBefore() {
    return SimpleTags.elements(before.asBuffer());
  }

  /** The Tags elements behind the last sample. */
  public List<List<SimpleTag>> tagsAfter() {
    return pieces.isEmpty() ? List.of() : SimpleTags.elements(pieces.getLast().literal.asBuffer());
  }

  /** How many samples stand in it. */
  public int samples() {
    return (int) pieces.stream().filter(piece -> piece.trackIndex >= 0).count();
  }

  /**
   * The header with a Segment of unknown size, in eight bytes, whatever it was: so one Cluster
   * makes a document.
   */
  public byte[] openHeader() {
    ByteBuffer in = header.asBuffer();
    var out = new ByteWriter(header.size() + Long.BYTES);
    while (in.hasRemaining()) {
      int at = in.position();
      long id = vint(in);
      int sizeAt = in.position();
      long size = vint(in);
      if (id == Element.SEGMENT.id()) {
        return out.i32(Element.SEGMENT.id()).i64(EbmlWriter.UNKNOWN_SIZE).bytes(in).toArray();
      }
      size &= (1L << (7 * (in.position() - sizeAt))) - 1;
      int end = (int) Math.min(in.position() + size, in.limit());
      out.bytes(in.slice(at, end - at));
      in.position(end);
    }
    throw new CorruptRecord("origin", "header", "a Segment", "none");
  }

  /** Reads a variable-size integer with its marker. */
  private static long vint(ByteBuffer in) {
    int first = in.get() & 0xff;
    int length = Integer.numberOfLeadingZeros(first) - 23;
    long value = first;
    for (int i = 1; i < length; i++) {
      value = (value << 8) | (in.get() & 0xff);
    }
    return value;
  }
}
