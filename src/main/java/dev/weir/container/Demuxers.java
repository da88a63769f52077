// SPDX-License-Identifier: Apache-2.0
package dev.weir.container;

import dev.weir.container.mkv.MatroskaDemuxer;
import dev.weir.container.mp4.FragmentedMp4Demuxer;
import dev.weir.model.MalformedMedia;
import dev.weir.model.UnsupportedMedia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the demuxer for a body by its first bytes. This is where a new container is named.
 * Stateless.
 */
public final class Demuxers {

  private static final int SNIFF_BYTES = 12;
  private static final int EBML_MAGIC = 0x1A45DFA3;

  private static final Set<String> BOX_TYPES =
      Set.of(
          "ftyp", "styp", "moov", "moof", "mdat", "free", "skip", "wide", "sidx", "emsg", "prft",
          "uuid");

  private Demuxers() {}

  /** A demuxer that waits for the first bytes and then is the one that suits them. */
  public static Demuxer sniffing(DemuxSink sink, DemuxLimits limits) {
    return new Sniffing(sink, limits);
  }

  private static final class Sniffing implements Demuxer {
    private final DemuxSink sink;
    private final DemuxLimits limits;
    private final ByteBuffer head = ByteBuffer.allocate(SNIFF_BYTES);
    private @Nullable Demuxer chosen;

    Sniffing(DemuxSink sink, DemuxLimits limits) {
      this.sink = sink;
      this.limits = limits;
    }

    @Override
    public void feed(ByteBuffer bytes) {
      if (chosen == null) {
        while (head.hasRemaining() && bytes.hasRemaining()) {
          head.put(bytes.get());
        }
        if (head.hasRemaining()) {
          return;
        }
        choose();
      }
      if (chosen != null) {
        chosen.feed(bytes);
      }
    }

    @Override
    public void end() {
      if (chosen == null) {
        if (head.position() == 0) {
          throw new MalformedMedia(
              "empty body", "byte 0", "Matroska, WebM or fragmented MP4", "nothing");
        }
        choose();
      }
      if (chosen != null) {
        chosen.end();
      }
    }

    private void choose() {
      head.flip();
      Demuxer demuxer = demuxer(head.duplicate());
      chosen = demuxer;
      demuxer.feed(head);
    }

    private Demuxer demuxer(ByteBuffer first) {
      if (first.remaining() >= 4 && first.getInt(0) == EBML_MAGIC) {
        return new MatroskaDemuxer(sink, limits);
      }
      if (first.remaining() >= 8 && BOX_TYPES.contains(text(first).substring(4, 8))) {
        return new FragmentedMp4Demuxer(sink, limits);
      }
      throw new UnsupportedMedia(
          "not a container that is taken here",
          "byte 0",
          "Matroska, WebM or fragmented MP4",
          name(first));
    }
  }

  /** What a body of another kind seems to be, for the error. */
  private static String name(ByteBuffer first) {
    String text = text(first);
    if (text.startsWith("G") && first.remaining() < 189) {
      return "MPEG-TS, or text";
    }
    if (text.startsWith("FLV")) {
      return "FLV";
    }
    if (text.startsWith("RIFF")) {
      return "RIFF (AVI or WAV)";
    }
    if (text.startsWith("OggS")) {
      return "Ogg";
    }
    if (text.startsWith("\u00ff\u00d8")) {
      return "JPEG";
    }
    if (text.startsWith("\0\0\0\1") || text.startsWith("\0\0\1")) {
      return "a raw H.264, HEVC or MPEG stream";
    }
    boolean printable =
        text.chars().allMatch(c -> (c >= 32 && c < 127) || c == '\n' || c == '\r' || c == '\t');
    return printable
        ? "text"
        : "unknown bytes " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String text(ByteBuffer first) {
    return StandardCharsets.ISO_8859_1.decode(first.duplicate()).toString();
  }
}
