// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts media files where a producer that sends a request a fragment would. Stateless. */
public final class Cuts {

  private static final int CLUSTER = 0x1F43B675;

  private Cuts() {}

  /** A fragmented MP4 as its init segment, and each moof with what follows it. */
  public static List<byte[]> mp4(byte[] file) {
    var pieces = new ArrayList<byte[]>();
    var piece = new ByteArrayOutputStream();
    ByteBuffer boxes = ByteBuffer.wrap(file);
    for (int at = 0; at < file.length; at += boxes.getInt(at)) {
      String type = new String(file, at + 4, 4, StandardCharsets.US_ASCII);
      if (type.equals("mfra")) {
        break;
      }
      if (type.equals("moof")) {
        pieces.add(piece.toByteArray());
        piece.reset();
      }
      piece.write(file, at, boxes.getInt(at));
    }
    pieces.add(piece.toByteArray());
    return pieces;
  }

  /** A Matroska file as what stands before them, and each cluster. */
  public static List<byte[]> matroska(byte[] file) {
    var pieces = new ArrayList<byte[]>();
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int start = 0;
    for (int at = 1; at + 4 <= file.length; at++) {
      if (bytes.getInt(at) == CLUSTER) {
        pieces.add(Arrays.copyOfRange(file, start, at));
        start = at;
      }
    }
    pieces.add(Arrays.copyOfRange(file, start, file.length));
    return pieces;
  }

  /** Two pieces as one. */
  public static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
