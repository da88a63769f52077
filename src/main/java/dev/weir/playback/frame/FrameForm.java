// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.ImageFormat;
import dev.weir.decode.PictureOutput;
import java.util.Locale;

/**
 * What a picture is made into: square pixels, its shape kept, never enlarged. Immutable.
 *
 * @param image what file
 * @param quality of a JPEG or WebP, 1 to 100
 * @param maxWidth pixels, 1 to {@value #LARGEST_SIDE}
 * @param maxHeight pixels, 1 to {@value #LARGEST_SIDE}
 */
public record FrameForm(Image image, int quality, int maxWidth, int maxHeight) {

  /** Kinds of image files, by what their names end in. */
  public enum Image {
    JPG(ImageFormat.JPEG),
    PNG(ImageFormat.PNG),
    WEBP(ImageFormat.WEBP);

    private final ImageFormat format;

    Image(ImageFormat format) {
      this.format = format;
    }
  }

  public static final int LARGEST_SIDE = PictureOutput.MAX_SIDE;
  public static final int DEFAULT_QUALITY = PictureOutput.DEFAULT_QUALITY;

  /** A JPEG as large as the picture was coded. */
  public static final FrameForm JPEG =
      new FrameForm(Image.JPG, DEFAULT_QUALITY, LARGEST_SIDE, LARGEST_SIDE);

  /**
   * A form of JPEG or PNG.
   *
   * @param png PNG, else JPEG
   */
  public FrameForm(boolean png, int quality, int maxWidth, int maxHeight) {
    this(png ? Image.PNG : Image.JPG, quality, maxWidth, maxHeight);
  }

  public String mediaType() {
    return image.format.mediaType();
  }

  /** What a file of it is called after its last dot. */
  public String extension() {
    return image.name().toLowerCase(Locale.ROOT);
  }

  PictureOutput output() {
    return new PictureOutput(image.format, quality, maxWidth, maxHeight);
  }
}
