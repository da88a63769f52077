// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

/** Where the manifest of a session says that its parts are, relative to it. Thread-safe. */
public interface DashUris {

  String init(int trackIndex);

  /**
   * @param number a segment's number, or the identifier that stands for it in a template
   */
  String media(String number, int trackIndex);
}
