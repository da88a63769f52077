// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

/** What endless media is wrapped in. Immutable. */
public enum LiveFormat {
  /** One Segment of unknown size, a cluster a part. */
  MKV("video/x-matroska"),
  /** Fragmented MP4, a movie fragment a part. */
  MP4("video/mp4");

  private final String contentType;

  LiveFormat(String contentType) {
    this.contentType = contentType;
  }

  public String contentType() {
    return contentType;
  }
}
