// SPDX-License-Identifier: Apache-2.0
package dev.weir.bench;

import dev.weir.testing.Program;
import java.nio.file.Path;

/** Media of the size that cameras send: 720p H.264 with AAC, 20 s. */
final class BenchMedia {

  private BenchMedia() {}

  /** Of about 4 Mbit/s. */
  static Path make(Path folder) {
    return make(folder, "4M");
  }

  /**
   * @param bitRate of the video, as ffmpeg takes it
   */
  static Path make(Path folder, String bitRate) {
    Path file = folder.resolve("bench.mkv");
    Program.run(
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=rate=25:size=1280x720,noise=alls=12:allf=t",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=440:sample_rate=48000",
        "-t",
        "20",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-b:v",
        bitRate,
        "-maxrate",
        bitRate,
        "-bufsize",
        bitRate,
        "-g",
        "50",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-b:a",
        "64k",
        "-f",
        "matroska",
        "-live",
        "1",
        file.toString());
    return file;
  }
}
