// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.testing.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Media that is hard to take a picture from, made by ffmpeg when it is needed. Each picture has its
 * number burnt in, as those of media-samples. Immutable.
 */
enum MadeMedia {
  /** A pyramid of B-frames over several references. */
  B_FRAMES("320x240", "25", "null", "yuv420p", "libx264", "bframes=5:b-pyramid=normal:ref=4"),
  /** Key frames that pictures before them refer to. */
  OPEN_GOP("320x240", "25", "null", "yuv420p", "libx264", "open-gop=1:bframes=3:keyint=24"),
  NTSC("320x240", "30000/1001", "null", "yuv420p", "libx264", "bframes=2:keyint=30"),
  /** No two pictures stand equally long. */
  VARIABLE_RATE(
      "320x240",
      "25",
      "setpts='(N*40+mod(N*N,23))/1000/TB'",
      "yuv420p",
      "libx264",
      "bframes=2:keyint=40"),
  HEVC("320x240", "25", "null", "yuv420p", "libx265", "bframes=4:open-gop=1:keyint=30"),
  HEVC_10_BITS("320x240", "25", "null", "yuv420p10le", "libx265", "bframes=3:keyint=30"),
  H264_10_BITS("320x240", "25", "null", "yuv420p10le", "libx264", "bframes=2:keyint=30"),
  /** No whole macroblocks: the coded picture is cropped. */
  CROPPED("318x238", "25", "null", "yuv420p", "libx264", "bframes=2:keyint=30"),
  /** Sides that 4:2:0 can't have. */
  ODD("321x243", "25", "null", "yuv444p", "libx264", "bframes=2:keyint=30"),
  BT709("640x720", "25", "null", "yuv420p", "libx264", "bframes=2:keyint=30:colormatrix=bt709"),
  /** Small, and yet of the matrix of high definition. */
  SMALL_BT709("320x240", "25", "null", "yuv420p", "libx264", "keyint=30:colormatrix=bt709"),
  FULL_RANGE("320x240", "25", "null", "yuvj420p", "libx264", "bframes=2:keyint=30:range=pc");

  private static final int PICTURES = 96;

  private final String size;
  private final String rate;
  private final String filter;
  private final String format;
  private final String encoder;
  private final String parameters;

  MadeMedia(
      String size, String rate, String filter, String format, String encoder, String parameters) {
    this.size = size;
    this.rate = rate;
    this.filter = filter;
    this.format = format;
    this.encoder = encoder;
    this.parameters = parameters;
  }

  /** Makes the file. */
  Path in(Path folder) {
    Path file = folder.resolve(name().toLowerCase(Locale.ROOT) + ".mkv");
    var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i"));
    command.add(
        "testsrc2=rate=" + rate + ":size=" + size + ",trim=end_frame=" + PICTURES + counter());
    command.addAll(List.of("-vf", filter, "-fps_mode", "passthrough", "-enc_time_base", "1/90000"));
    command.addAll(List.of("-pix_fmt", format, "-c:v", encoder, "-preset", "veryfast"));
    command.addAll(List.of("-crf", "26", "-threads", "1"));
    command.add(encoder.equals("libx264") ? "-x264-params" : "-x265-params");
    command.add(encoder.equals("libx264") ? parameters : parameters + ":log-level=error");
    command.add(file.toString());
    var _ = Program.run(command.toArray(new String[0]));
    return file;
  }

  /** The picture's number as 16 squares of 16 pixels, the most significant first, as a filter. */
  private static String counter() {
    var filter = new StringBuilder();
    for (int bit = 0; bit < 16; bit++) {
      String square = ",drawbox=x=" + bit * 16 + ":y=0:w=16:h=16:t=fill:c=";
      filter.append(square).append("black");
      filter
          .append(square)
          .append("white:enable='mod(floor(n/")
          .append(1 << (15 - bit))
          .append("),2)'");
    }
    return filter.toString();
  }
}
