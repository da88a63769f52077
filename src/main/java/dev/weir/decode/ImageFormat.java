// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

/** How a picture is written. Immutable. */
public enum ImageFormat {
  JPEG("image/jpeg"),
  PNG("image/png"),
  /** Lossy, and by FFmpeg alone. */
  WEBP("image/webp");

  private final String mediaType;

  ImageFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }
}
