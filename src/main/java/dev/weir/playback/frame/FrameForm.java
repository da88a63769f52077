// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.ImageFormat;
import dev.weir.decode.PictureOutput;

/**
 * What a picture is made into: square pixels, its shape kept, never enlarged. Immutable.
 *
 * @param png PNG, else JPEG
 * @param quality of a JPEG, 1 to 100
 * @param maxWidth pixels, 1 to {@value #LARGEST_SIDE}
 * @param maxHeight pixels, 1 to {@value #LARGEST_SIDE}
 */
public record FrameForm(boolean png, int quality, int maxWidth, int maxHeight) {

  public static final int LARGEST_SIDE = PictureOutput.MAX_SIDE;
  public static final int DEFAULT_QUALITY = PictureOutput.DEFAULT_QUALITY;

  /** A JPEG as large as the picture was coded. */
  public static final FrameForm JPEG =
      new FrameForm(false, DEFAULT_QUALITY, LARGEST_SIDE, LARGEST_SIDE);

  public String mediaType() {
    return format().mediaType();
  }

  /** What a file of it is called after its last dot. */
  public String extension() {
    return png ? "png" : "jpg";
  }

  private ImageFormat format() {
    return png ? ImageFormat.PNG : ImageFormat.JPEG;
  }

  PictureOutput output() {
    return new PictureOutput(format(), quality, maxWidth, maxHeight);
  }
}
