// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.ImageFormat;
import dev.weir.decode.PictureOutput;

/** Which picture is asked for, and as what. Immutable. */
public sealed interface FrameRequest {

  When when();

  /** The key frame from which the picture is decoded, as it was coded, in an MP4. */
  record KeyFrame(When when) implements FrameRequest {}

  /** The picture decoded, in a size and format. */
  record Decoded(When when, PictureOutput output) implements FrameRequest {}

  /**
   * @param quality 1 to 100
   * @param maxWidth pixels; the picture keeps its shape and is never enlarged
   * @param maxHeight pixels
   */
  static FrameRequest jpeg(When when, int quality, int maxWidth, int maxHeight) {
    return new Decoded(when, new PictureOutput(ImageFormat.JPEG, quality, maxWidth, maxHeight));
  }

  static FrameRequest png(When when, int maxWidth, int maxHeight) {
    return new Decoded(
        when,
        new PictureOutput(ImageFormat.PNG, PictureOutput.DEFAULT_QUALITY, maxWidth, maxHeight));
  }
}
