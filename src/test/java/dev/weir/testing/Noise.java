// SPDX-License-Identifier: Apache-2.0
package dev.weir.testing;

import java.nio.file.Path;
import java.util.Arrays;

/** Video that does not compress, for tests that need many bytes. Stateless. */
public final class Noise {

  private Noise() {}

  /** A Matroska file of some 6 MB a second, a key frame a second. */
  public static Path matroska(Path folder, int seconds) {
    Path file = folder.resolve("noise-" + seconds + ".mkv");
    encode(file, seconds, "-g", "25");
    return file;
  }

  /**
   * Encodes as a file name's ending says.
   *
   * @param options further ones of ffmpeg's
   */
  public static void encode(Path file, int seconds, String... options) {
    String[] command = {
      "ffmpeg",
      "-v",
      "error",
      "-y",
      "-f",
      "lavfi",
      "-i",
      "nullsrc=s=640x360:r=25,geq=random(1)*255:128:128",
      "-t",
      Integer.toString(seconds),
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-qp",
      "10"
    };
    String[] whole = Arrays.copyOf(command, command.length + options.length + 1);
    System.arraycopy(options, 0, whole, command.length, options.length);
    whole[whole.length - 1] = file.toString();
    Program.run(whole);
  }
}
