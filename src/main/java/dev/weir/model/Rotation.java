// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/** How a coded picture is turned to be shown, clockwise. Immutable. */
public enum Rotation {
  NONE,
  RIGHT,
  AROUND,
  LEFT;

  /** Degrees clockwise: 0, 90, 180 or 270. */
  public int degrees() {
    return switch (this) {
      case NONE -> 0;
      case RIGHT -> 90;
      case AROUND -> 180;
      case LEFT -> 270;
    };
  }

  /** The one that turns by so much clockwise, a multiple of 90; any other is none. */
  public static Rotation ofDegrees(long clockwise) {
    return switch (Math.floorMod(clockwise, 360)) {
      case 90 -> RIGHT;
      case 180 -> AROUND;
      case 270 -> LEFT;
      default -> NONE;
    };
  }

  /** Whether width becomes height. */
  public boolean swapsSides() {
    return this == RIGHT || this == LEFT;
  }
}
