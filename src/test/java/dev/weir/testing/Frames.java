// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.MediaTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoded frames (or the packets) of one stream of a file or URL, as ffmpeg sees them: the
 * measure of truth. Immutable.
 *
 * @param frames in output order
 */
public record Frames(List<Frame> frames) {

  static final String VIDEO = "video";
  static final String AUDIO = "audio";

  /** One frame: presentation time, and the hash of its pixels, PCM or packet bytes. */
  public record Frame(long ptsNs, long size, String hash) {}

  /** Decoded pictures of the first video stream; empty when there is none. */
  public static Frames video(String input) {
    return decoded(input, VIDEO);
  }

  /** Decoded PCM of the first audio stream; empty when there is none. */
  public static Frames audio(String input) {
    return decoded(input, AUDIO);
  }

  /** Packets of the first video stream, undecoded. */
  public static Frames videoPackets(String input) {
    return packets(input, VIDEO);
  }

  /** Packets of the first audio stream, undecoded. */
  public static Frames audioPackets(String input) {
    return packets(input, AUDIO);
  }

  private static Frames packets(String input, String kind) {
    return parse(
        kind,
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-copyts",
            "-i",
            input,
            "-map",
            map(kind),
            "-c",
            "copy",
            "-f",
            "framehash",
            "-hash",
            "md5",
            "-"));
  }

  private static Frames decoded(String input, String kind) {
    return parse(
        kind,
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-copyts",
            "-i",
            input,
            "-map",
            map(kind),
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "-1",
            "-f",
            "framemd5",
            "-"));
  }

  /** Video as ffmpeg's framehash or framemd5 wrote it. */
  public static Frames parsed(String text) {
    return parse(VIDEO, text);
  }

  /** The first stream of a kind, if there is one. */
  static String map(String kind) {
    return "0:" + kind.charAt(0) + ":0?";
  }

  /**
   * Reads what ffmpeg's framehash and framemd5 write; a last line that is not whole is left out.
   *
   * @param kind what was asked for: where there is none, ffmpeg takes another stream
   */
  static Frames parse(String kind, String text) {
    if (!text.contains("\n#media_type 0: " + kind)) {
      return new Frames(List.of());
    }
    var frames = new ArrayList<Frame>();
    long num = 1;
    long den = 1;
    for (String line : text.lines().toList()) {
      if (line.startsWith("#tb 0:")) {
        String[] ratio = line.substring(6).trim().split("/", -1);
        num = Long.parseLong(ratio[0]);
        den = Long.parseLong(ratio[1]);
      } else if (!line.startsWith("#") && !line.isBlank()) {
        String[] fields = line.split(",", -1);
        if (fields.length < 6 || fields[5].trim().length() < 32) {
          break;
        }
        frames.add(
            new Frame(
                MediaTime.rescale(
                    Long.parseLong(fields[2].trim()) * num, den, MediaTime.NANOS_PER_SECOND),
                Long.parseLong(fields[4].trim()),
                fields[5].trim()));
      }
    }
    return new Frames(frames);
  }

  public Frames withoutLast() {
    return new Frames(frames.subList(0, Math.max(0, frames.size() - 1)));
  }

  public List<String> hashes() {
    return frames.stream().map(Frame::hash).toList();
  }

  /** Asserts the same frames in the same order. */
  public void assertSameHashesAs(Frames source) {
    int same = 0;
    while (same < Math.min(frames.size(), source.frames.size())
        && frames.get(same).hash().equals(source.frames.get(same).hash())) {
      same++;
    }
    assertThat(same)
        .as("equal frames at the beginning, of %d for %d", frames.size(), source.frames.size())
        .isEqualTo(source.frames.size())
        .isEqualTo(frames.size());
  }

  /**
   * Asserts that this is the same as the source: same frames, same order, same times but for one
   * constant offset.
   *
   * @param toleranceNs how far a time may be off after the offset is taken away
   * @return the offset, nanoseconds
   */
  public long assertSameAs(Frames source, long toleranceNs) {
    assertSameHashesAs(source);
    long offsetNs =
        frames.isEmpty() ? 0 : frames.getFirst().ptsNs() - source.frames.getFirst().ptsNs();
    for (int i = 0; i < frames.size(); i++) {
      assertThat(frames.get(i).ptsNs() - source.frames.get(i).ptsNs())
          .as("time of frame %d: %s, source %s", i, frames.get(i), source.frames.get(i))
          .isBetween(offsetNs - toleranceNs, offsetNs + toleranceNs);
    }
    return offsetNs;
  }
}
