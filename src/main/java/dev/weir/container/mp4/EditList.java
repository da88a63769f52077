// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;

/**
 * Which stretch of a track's media is shown, and when: one edit, with an empty one before it where
 * the track begins later than the movie (ISO/IEC 14496-12 § 8.6.6). Immutable.
 *
 * @param delay until the track begins, movie ticks; 0 or more
 * @param mediaTime where in the media it begins, ticks of the track, 0 or more
 * @param duration how long it is shown, movie ticks
 */
public record EditList(long delay, long mediaTime, long duration) {

  private static final int RATE_ONE = 0x10000;

  void write(ByteWriter out) {
    Boxes.box(
        out,
        "edts",
        () ->
            Boxes.fullBox(
                out,
                "elst",
                1,
                0,
                () -> {
                  out.i32(delay > 0 ? 2 : 1);
                  if (delay > 0) {
                    out.i64(delay).i64(-1).i32(RATE_ONE);
                  }
                  out.i64(duration).i64(mediaTime).i32(RATE_ONE);
                }));
  }
}
