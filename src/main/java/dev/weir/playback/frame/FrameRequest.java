// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

/** Which picture is asked for, and as what. Immutable. */
public sealed interface FrameRequest {

  When when();

  /** The key frame from which the picture is decoded, as it was coded, in an MP4. */
  record KeyFrame(When when) implements FrameRequest {}

  /**
   * The picture decoded, in a size and format.
   *
   * @param nearestKey the key frame from which it is decoded will do, which takes less
   */
  record Decoded(When when, FrameForm form, boolean nearestKey) implements FrameRequest {}
}
