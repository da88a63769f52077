// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGRA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.weir.decode.PictureOutput;
import dev.weir.model.Rotation;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Turns frames of RGB and of 4:2:0, plane by plane. Stateless. */
final class TurnedFrame {

  private static final int CHROMA_PLANES = 2;

  private TurnedFrame() {}

  /** The frame turned, which takes its place: what comes in is freed when another comes out. */
  static AVFrame of(AVFrame frame, Rotation rotation) {
    if (rotation == Rotation.NONE) {
      return frame;
    }
    var size = new PictureOutput.Size(frame.width(), frame.height());
    AVFrame turned = FrameImage.allocate(size.turned(rotation), frame.format());
    if (frame.format() == AV_PIX_FMT_RGB24) {
      turn(frame, turned, 0, size, 3, rotation);
    } else if (frame.format() == AV_PIX_FMT_BGRA) {
      turn(frame, turned, 0, size, 4, rotation);
    } else {
      turned.color_range(frame.color_range());
      turn(frame, turned, 0, size, 1, rotation);
      var chroma = new PictureOutput.Size((size.width() + 1) / 2, (size.height() + 1) / 2);
      for (int plane = 1; plane <= CHROMA_PLANES; plane++) {
        turn(frame, turned, plane, chroma, 1, rotation);
      }
    }
    av_frame_free(frame);
    return turned;
  }

  private static void turn(
      AVFrame from,
      AVFrame to,
      int plane,
      PictureOutput.Size size,
      int pixelBytes,
      Rotation rotation) {
    int right = size.width() - 1;
    int bottom = size.height() - 1;
    int turnedWidth = size.turned(rotation).width();
    var turned = new byte[size.width() * size.height() * pixelBytes];
    var row = new byte[size.width() * pixelBytes];
    for (int y = 0; y <= bottom; y++) {
      FrameRow.of(from, plane, y, row.length).get(row);
      for (int x = 0; x <= right; x++) {
        int at =
            switch (rotation) {
              case NONE -> y * turnedWidth + x;
              case RIGHT -> x * turnedWidth + bottom - y;
              case AROUND -> (bottom - y) * turnedWidth + right - x;
              case LEFT -> (right - x) * turnedWidth + y;
            };
        for (int i = 0; i < pixelBytes; i++) {
          turned[at * pixelBytes + i] = row[x * pixelBytes + i];
        }
      }
    }
    int turnedBytes = turnedWidth * pixelBytes;
    for (int y = 0; y * turnedBytes < turned.length; y++) {
      FrameRow.of(to, plane, y, turnedBytes).put(turned, y * turnedBytes, turnedBytes);
    }
  }
}
