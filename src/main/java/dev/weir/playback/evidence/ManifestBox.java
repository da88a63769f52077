// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.evidence;

import dev.weir.bytes.ByteReader;
import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The last box of a signed clip: {@code uuid} (ISO/IEC 14496-12 § 11.1) with three counted fields,
 * the manifest as text, the public key (X.509) and the Ed25519 signature over the text. Players
 * pass over it. Its length stands at its very end too, so that it is found from there. Immutable.
 */
record ManifestBox(String manifest, Bytes publicKey, Bytes signature) {

  private static final int HEADER_BYTES = 24;
  private static final int LENGTH_BYTES = 4;
  private static final int UUID = 0x75756964;
  private static final int LARGEST_BYTES = 64 << 20;

  /** Weir's own, made once. */
  private static final Bytes USER_TYPE = Bytes.fromHex("6f1d5c0e7a2b4c6f9d3e57656972436c");

  byte[] encode() {
    byte[] text = manifest.getBytes(StandardCharsets.UTF_8);
    var out = new ByteWriter(HEADER_BYTES + text.length + 256);
    out.i32(0).bytes("uuid".getBytes(StandardCharsets.US_ASCII)).bytes(USER_TYPE);
    out.i32(text.length).bytes(text);
    out.i32(publicKey.size()).bytes(publicKey);
    out.i32(signature.size()).bytes(signature);
    out.i32(out.size() + LENGTH_BYTES);
    return out.setI32(0, out.size()).toArray();
  }

  /** Length of the box at a file's end by its last four bytes; empty when they can't be one. */
  static Optional<Integer> length(ByteBuffer lastFour, long fileBytes) {
    int length = lastFour.getInt(lastFour.position());
    return length > HEADER_BYTES && length <= Math.min(fileBytes, LARGEST_BYTES)
        ? Optional.of(length)
        : Optional.empty();
  }

  /** Whether the end of a file has something of a box left, though it can't be read as one. */
  static boolean leavesTrace(ByteBuffer tail) {
    byte[] type = USER_TYPE.toArray();
    ByteBuffer mark = ByteBuffer.wrap(type);
    for (int at = tail.limit() - type.length; at >= tail.position(); at--) {
      if (tail.slice(at, type.length).equals(mark)) {
        return true;
      }
    }
    return isFramed(tail);
  }

  /** Whether a box as long as the file's last four bytes say begins there. */
  private static boolean isFramed(ByteBuffer tail) {
    if (tail.remaining() <= HEADER_BYTES) {
      return false;
    }
    int length = tail.getInt(tail.limit() - LENGTH_BYTES);
    int from = tail.limit() - length;
    return length > HEADER_BYTES
        && from >= tail.position()
        && tail.getInt(from) == length
        && tail.getInt(from + 4) == UUID;
  }

  /**
   * Reads a box; empty when the bytes are another one.
   *
   * @throws dev.weir.model.MalformedMedia when it is cut short
   */
  static Optional<ManifestBox> read(ByteBuffer box) {
    var in = new ByteReader(box, "manifest box");
    if (in.i32() != box.remaining()
        || !in.bytes(4).equals(Bytes.copyOf("uuid".getBytes(StandardCharsets.US_ASCII)))
        || !in.bytes(USER_TYPE.size()).equals(USER_TYPE)) {
      return Optional.empty();
    }
    String manifest = StandardCharsets.UTF_8.decode(in.slice(in.i32())).toString();
    return Optional.of(new ManifestBox(manifest, in.bytes(in.i32()), in.bytes(in.i32())));
  }
}
