// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import dev.weir.testing.Frames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that producers push, and its packets as ffmpeg sees them. Immutable. */
final class TortureMedia {

  private static final Path FOLDER = Path.of("media-samples");

  /** Matroska and fragmented MP4, H.264 and HEVC with and without B-frames, AAC and Opus. */
  private static final List<String> NAMES =
      List.of(
          "h264-aac.mkv",
          "h264-aac.mp4",
          "hevc-aac.mkv",
          "hevc-aac.mp4",
          "h264-aac-frag-every-frame.mp4",
          "h264-opus.mkv",
          "h264-baseline-2997.mkv",
          "h264-long-gop.mkv",
          "aac.mka",
          "opus.webm");

  private final byte[] body;
  private final Frames video;
  private final Frames audio;

  private TortureMedia(byte[] body, Frames video, Frames audio) {
    this.body = body;
    this.video = video;
    this.audio = audio;
  }

  static List<TortureMedia> all() {
    return NAMES.stream().map(TortureMedia::of).toList();
  }

  private static TortureMedia of(String name) {
    try {
      Path file = FOLDER.resolve(name);
      return new TortureMedia(
          Files.readAllBytes(file),
          Frames.videoPackets(file.toString()),
          Frames.audioPackets(file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int length() {
    return body.length;
  }

  void write(OutputStream out, int at, int length) throws IOException {
    out.write(body, at, length);
  }

  Frames video() {
    return video;
  }

  Frames audio() {
    return audio;
  }
}
