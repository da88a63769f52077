// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.model.MediaTime;
import dev.weir.testing.Program;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All frames of a file as the ffmpeg program decodes them: RGB with their times. Confined to one
 * thread.
 */
final class SourceFrames implements AutoCloseable {

  private final Path raw;
  private final FileChannel channel;
  private final int width;
  private final int height;
  private final List<Long> timesNs;

  private SourceFrames(Path raw, int width, int height, List<Long> timesNs) throws IOException {
    this.raw = raw;
    this.channel = FileChannel.open(raw);
    this.width = width;
    this.height = height;
    this.timesNs = timesNs;
  }

  static SourceFrames decode(Path file, Path folder) throws IOException {
    String[] size =
        Program.run(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v:0",
                "-show_entries",
                "stream=width,height,color_space",
                "-of",
                "csv=p=0",
                file.toString())
            .trim()
            .split(",", -1);
    // What states no matrix is BT.709 from 720 lines on, as players have it.
    String filter =
        "scale=in_color_matrix="
            + matrix(Integer.parseInt(size[1]), size[2])
            + ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24";
    Path raw = Files.createTempFile(folder, "frames", ".yuv");
    String frames =
        Program.run(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-copyts",
            "-i",
            file.toString(),
            "-map",
            "0:v:0",
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "-1",
            "-vf",
            filter,
            "-f",
            "rawvideo",
            raw.toString(),
            "-map",
            "0:v:0",
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "-1",
            "-f",
            "framemd5",
            "-");
    var times = new ArrayList<Long>();
    long num = 1;
    long den = 1;
    for (String line : frames.lines().toList()) {
      if (line.startsWith("#tb 0:")) {
        String[] ratio = line.substring(6).trim().split("/", -1);
        num = Long.parseLong(ratio[0]);
        den = Long.parseLong(ratio[1]);
      } else if (!line.startsWith("#") && !line.isBlank()) {
        long ticks = Long.parseLong(line.split(",", -1)[2].trim());
        times.add(MediaTime.rescale(ticks * num, den, MediaTime.NANOS_PER_SECOND));
      }
    }
    return new SourceFrames(
        raw, Integer.parseInt(size[0]), Integer.parseInt(size[1]), List.copyOf(times));
  }

  private static String matrix(int height, String stated) {
    return stated.equals("unknown") ? height >= 720 ? "bt709" : "bt601" : "auto";
  }

  int count() {
    return timesNs.size();
  }

  long timeNs(int frame) {
    return timesNs.get(frame);
  }

  /** The frame with the greatest time not after the instant. */
  int shownAt(long atNs) {
    int shown = 0;
    for (int i = 0; i < count(); i++) {
      if (timeNs(i) <= atNs) {
        shown = i;
      }
    }
    return shown;
  }

  private byte[] rgb(int frame) {
    try {
      var bytes = ByteBuffer.allocate(3 * width * height);
      channel.read(bytes, frame * (long) bytes.capacity());
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean sameAs(int frame, SourceFrames other, int otherFrame) {
    return Arrays.equals(rgb(frame), other.rgb(otherFrame));
  }

  /** Of all three colours of the image, against the frame's; decibels. */
  double psnr(int frame, BufferedImage image) {
    byte[] expected = rgb(frame);
    long sum = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int colour = image.getRGB(x, y);
        for (int i = 0; i < 3; i++) {
          int error = (colour >> (16 - 8 * i) & 255) - (expected[(y * width + x) * 3 + i] & 255);
          sum += (long) error * error;
        }
      }
    }
    double mean = Math.max(1e-9, (double) sum / expected.length);
    return 10 * Math.log10(255.0 * 255.0 / mean);
  }

  /**
   * Of the brightness alone, decibels: decoders differ lawfully in how they interpolate chroma, and
   * these test pictures are all hard edges of saturated colours.
   */
  double lumaPsnr(int frame, BufferedImage image) {
    byte[] expected = rgb(frame);
    boolean bt709 = height >= 720;
    double sum = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        int at = (y * width + x) * 3;
        double error =
            luma(bt709, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255)
                - luma(bt709, expected[at] & 255, expected[at + 1] & 255, expected[at + 2] & 255);
        sum += error * error;
      }
    }
    return 10 * Math.log10(255.0 * 255.0 / Math.max(sum / (width * height), 1e-9));
  }

  private static double luma(boolean bt709, int red, int green, int blue) {
    return bt709
        ? 0.2126 * red + 0.7152 * green + 0.0722 * blue
        : 0.299 * red + 0.587 * green + 0.114 * blue;
  }

  /** The frame number burnt in: 16 squares of 16 pixels at the top left, most significant first. */
  static int counter(BufferedImage image) {
    int value = 0;
    for (int bit = 0; bit < 16; bit++) {
      int green = image.getRGB(bit * 16 + 8, 8) >> 8 & 255;
      value = value << 1 | (green > 127 ? 1 : 0);
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.delete(raw);
  }
}
