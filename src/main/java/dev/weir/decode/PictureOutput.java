// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.InvalidArgument;
import dev.weir.model.Rotation;
import dev.weir.model.VideoFormat;

/**
 * What a decoded picture is made into. Pictures have square pixels, keep their shape and are never
 * enlarged. Immutable.
 *
 * @param format how it is written
 * @param quality of a JPEG or WebP, 1 to 100; PNG is lossless whatever is said
 * @param maxWidth pixels, 1 to {@value #MAX_SIDE}
 * @param maxHeight pixels, 1 to {@value #MAX_SIDE}
 */
public record PictureOutput(ImageFormat format, int quality, int maxWidth, int maxHeight) {

  public static final int MAX_SIDE = 16_384;
  public static final int DEFAULT_QUALITY = 85;

  /** A picture's width and height in pixels. */
  public record Size(int width, int height) {

    /** The size of the picture once it is turned. */
    public Size turned(Rotation rotation) {
      return rotation.swapsSides() ? new Size(/* width= */ height, /* height= */ width) : this;
    }
  }

  /**
   * @throws InvalidArgument when a number is out of its range
   */
  public PictureOutput {
    within("quality", quality, 100);
    within("width", maxWidth, MAX_SIDE);
    within("height", maxHeight, MAX_SIDE);
  }

  /** In the size in which it was coded. */
  public static PictureOutput of(ImageFormat format) {
    return new PictureOutput(format, DEFAULT_QUALITY, MAX_SIDE, MAX_SIDE);
  }

  /** The size that a coded picture is given before it is turned. */
  public Size fit(int codedWidth, int codedHeight, VideoFormat video) {
    int widest = video.rotation().swapsSides() ? maxHeight : maxWidth;
    int highest = video.rotation().swapsSides() ? maxWidth : maxHeight;
    int sarNum = video.sarNum();
    int sarDen = video.sarDen();
    long width = codedWidth;
    long height = codedHeight;
    // The finer axis is kept and the other shrunk, so that no side grows.
    if (sarNum > sarDen) {
      height = Math.max(1, (height * sarDen + sarNum / 2) / sarNum);
    } else if (sarNum < sarDen) {
      width = Math.max(1, (width * sarNum + sarDen / 2) / sarDen);
    }
    if (width > widest) {
      height = Math.max(1, (height * widest + width / 2) / width);
      width = widest;
    }
    if (height > highest) {
      width = Math.max(1, (width * highest + height / 2) / height);
      height = highest;
    }
    return new Size(Math.toIntExact(width), Math.toIntExact(height));
  }

  private static void within(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new InvalidArgument(
          name + " out of range", name, "1 to " + max, Integer.toString(value));
    }
  }
}
