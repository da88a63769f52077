// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Codec;
import java.util.List;
import java.util.Locale;

/** A decoder that a worker process may run, in order of preference. Immutable. */
public enum DecoderKind {
  /** FFmpeg's LGPL build, as native code inside the worker. */
  FFMPEG("dev.weir.decode.ffmpeg.FfmpegWorker"),
  /** Humble Video, which is never shipped with Weir: its jars lie in a folder of their own. */
  HUMBLE("dev.weir.decode.humble.HumbleWorker"),
  /** JCodec: H.264 in Java, and only what its gate lets through. */
  JCODEC("dev.weir.decode.jcodec.JCodecWorker");

  private final String workerClass;

  DecoderKind(String workerClass) {
    this.workerClass = workerClass;
  }

  /** The class whose {@code main} is the worker; a name, since it may not be on this class path. */
  String workerClass() {
    return workerClass;
  }

  /** Short names of the codecs that it knows. */
  List<String> codecs() {
    return this == JCODEC ? List.of("h264") : List.of("h264", "hevc");
  }

  /** Whether it knows the codec at all. */
  boolean knows(Codec codec) {
    return codecs().contains(codec.shortName());
  }

  /** Whether it can write pictures as such files. */
  boolean writes(ImageFormat format) {
    return this == FFMPEG || format != ImageFormat.WEBP;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
