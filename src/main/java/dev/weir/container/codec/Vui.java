// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import java.math.BigInteger;

/**
 * Video usability information, as far as Weir needs it (ITU-T H.264 § E.1.1; of H.265 § E.2.1 the
 * same fields). Immutable.
 *
 * @param frameRateNum 0 when not stated
 */
record Vui(int sarNum, int sarDen, int frameRateNum, int frameRateDen, int reorderDepth) {

  private static final int EXTENDED_SAR = 255;
  private static final int[][] SAR = {
    {1, 1}, {1, 1}, {12, 11}, {10, 11}, {16, 11}, {40, 33}, {24, 11}, {20, 11}, {32, 11}, {80, 33},
    {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3}, {3, 2}, {2, 1}
  };

  static Vui absent(int reorderDepth) {
    return new Vui(1, 1, 0, 1, reorderDepth);
  }

  /**
   * @param reorderDepth what holds when bitstream_restriction is absent
   */
  static Vui parseAvc(BitReader in, int reorderDepth) {
    int[] sar = sampleAspectRatio(in);
    skipVideoSignal(in);
    int[] rate = in.flag() ? timing(in, 2) : new int[] {0, 1};
    if (!restrictionFollows(in)) {
      return new Vui(sar[0], sar[1], rate[0], rate[1], reorderDepth);
    }
    in.skip(1);
    in.ue();
    in.ue();
    in.ue();
    in.ue();
    return new Vui(sar[0], sar[1], rate[0], rate[1], in.ue(16, "max_num_reorder_frames"));
  }

  /** H.265 order of fields; the reorder depth comes from the SPS itself. */
  static Vui parseHevc(BitReader in, int reorderDepth) {
    int[] sar = sampleAspectRatio(in);
    skipVideoSignal(in);
    in.skip(3);
    if (in.flag()) {
      in.ue();
      in.ue();
      in.ue();
      in.ue();
    }
    int[] rate = in.flag() ? timing(in, 1) : new int[] {0, 1};
    return new Vui(sar[0], sar[1], rate[0], rate[1], reorderDepth);
  }

  private static int[] sampleAspectRatio(BitReader in) {
    if (!in.flag()) {
      return SAR[0];
    }
    int index = in.bits(8);
    int[] sar =
        index == EXTENDED_SAR
            ? new int[] {in.bits(16), in.bits(16)}
            : index < SAR.length ? SAR[index] : SAR[0];
    return sar[0] == 0 || sar[1] == 0 ? SAR[0] : sar;
  }

  private static void skipVideoSignal(BitReader in) {
    if (in.flag()) {
      in.skip(1);
    }
    if (in.flag()) {
      in.skip(4);
      if (in.flag()) {
        in.skip(24);
      }
    }
    if (in.flag()) {
      in.ue();
      in.ue();
    }
  }

  /** Frames a second; {@code ticksPerFrame} is 2 in H.264, whose ticks are fields. */
  private static int[] timing(BitReader in, int ticksPerFrame) {
    long units = in.bits(32) & 0xffff_ffffL;
    long timeScale = in.bits(32) & 0xffff_ffffL;
    if (ticksPerFrame == 2) {
      in.skip(1);
    }
    long den = units * ticksPerFrame;
    if (units == 0
        || timeScale == 0
        || timeScale / den > 1000
        || den > Integer.MAX_VALUE
        || timeScale > Integer.MAX_VALUE) {
      return new int[] {0, 1};
    }
    long divisor = BigInteger.valueOf(timeScale).gcd(BigInteger.valueOf(den)).longValue();
    return new int[] {(int) (timeScale / divisor), (int) (den / divisor)};
  }

  /** Skips the HRD parameters; true when bitstream_restriction follows. */
  private static boolean restrictionFollows(BitReader in) {
    boolean nal = in.flag();
    if (nal) {
      skipHrd(in);
    }
    boolean vcl = in.flag();
    if (vcl) {
      skipHrd(in);
    }
    if (nal || vcl) {
      in.skip(1);
    }
    in.skip(1);
    return in.flag();
  }

  private static void skipHrd(BitReader in) {
    int count = in.ue(31, "cpb_cnt_minus1") + 1;
    in.skip(8);
    for (int i = 0; i < count; i++) {
      in.ue();
      in.ue();
      in.skip(1);
    }
    in.skip(20);
  }
}
