// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** A row of a frame's plane, as a view. Stateless. */
final class FrameRow {

  private FrameRow() {}

  static ByteBuffer of(AVFrame frame, int plane, int y, int bytes) {
    long at = (long) y * frame.linesize(plane);
    return frame.data(plane).position(at).limit(at + bytes).asByteBuffer();
  }
}
