// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * What the parameter sets (and, where they are silent, the container) say of a video track.
 * Immutable.
 *
 * @param width cropped width of the coded picture, luma samples
 * @param height cropped height of the coded picture, luma samples
 * @param sarNum sample aspect ratio, numerator; 1 when unspecified
 * @param sarDen sample aspect ratio, denominator; 1 when unspecified
 * @param frameRateNum frames a second, numerator; 0 when unknown
 * @param frameRateDen frames a second, denominator; 1 when unknown
 * @param reorderDepth most frames that precede any frame in decoding order and follow it in output
 *     order, 0 to 16
 * @param nalLengthSize bytes of the length before each NAL unit: 1, 2 or 4
 * @param rotation how the picture is turned to be shown, as the container says
 */
public record VideoFormat(
    int width,
    int height,
    int sarNum,
    int sarDen,
    int frameRateNum,
    int frameRateDen,
    int reorderDepth,
    int nalLengthSize,
    Rotation rotation) {

  /** Of what the parameter sets say, which know of no rotation. */
  public VideoFormat(
      int width,
      int height,
      int sarNum,
      int sarDen,
      int frameRateNum,
      int frameRateDen,
      int reorderDepth,
      int nalLengthSize) {
    this(
        width,
        height,
        sarNum,
        sarDen,
        frameRateNum,
        frameRateDen,
        reorderDepth,
        nalLengthSize,
        Rotation.NONE);
  }

  /**
   * The same as a container shows it.
   *
   * @param num sample aspect ratio, numerator: what holds when it is 1 to 1 so far
   * @param den its denominator
   */
  public VideoFormat shown(int num, int den, Rotation turned) {
    boolean silent = sarNum == sarDen && num > 0 && den > 0;
    return new VideoFormat(
        width,
        height,
        silent ? num : sarNum,
        silent ? den : sarDen,
        frameRateNum,
        frameRateDen,
        reorderDepth,
        nalLengthSize,
        turned);
  }

  /** Width of the picture once it is turned, luma samples. */
  public int turnedWidth() {
    return rotation.swapsSides() ? height : width;
  }

  /** Height of the picture once it is turned, luma samples. */
  public int turnedHeight() {
    return rotation.swapsSides() ? width : height;
  }
}
