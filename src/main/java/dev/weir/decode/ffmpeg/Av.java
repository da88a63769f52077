// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import dev.weir.model.MalformedMedia;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Turns FFmpeg's error codes and null pointers into exceptions. Stateless. */
final class Av {

  /** FFmpeg's AVERROR(EAGAIN) on Linux: more input is wanted, or output must be taken first. */
  static final int AGAIN = -11;

  private Av() {}

  static int check(int code, String what) {
    if (code < 0) {
      throw new MalformedMedia(what, "samples", "success", text(code));
    }
    return code;
  }

  static <T extends Pointer> T some(@Nullable T pointer, String what) {
    if (pointer == null || pointer.isNull()) {
      throw new IllegalStateException("FFmpeg gave no " + what);
    }
    return pointer;
  }

  static String text(int code) {
    var buffer = new byte[256];
    av_strerror(code, buffer, buffer.length);
    int end = 0;
    while (end < buffer.length && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, 0, end, StandardCharsets.UTF_8);
  }
}
