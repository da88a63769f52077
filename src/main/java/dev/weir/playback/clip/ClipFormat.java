// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

/** What a clip is wrapped in. Immutable. */
public enum ClipFormat {
  /** Begins and ends exactly, by edit lists. */
  MP4("video/mp4"),
  /** Begins at a sync sample, since Matroska has no edits; ends exactly. */
  MKV("video/x-matroska");

  private final String contentType;

  ClipFormat(String contentType) {
    this.contentType = contentType;
  }

  public String contentType() {
    return contentType;
  }
}
