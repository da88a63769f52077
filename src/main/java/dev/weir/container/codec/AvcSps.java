// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import dev.weir.model.MalformedMedia;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;

/**
 * Reads an H.264 sequence parameter set (ITU-T H.264 § 7.3.2.1.1 and annex E) as far as Weir needs
 * it. Stateless.
 */
final class AvcSps {

  private AvcSps() {}

  static VideoFormat parse(ByteBuffer nal, int nalLengthSize) {
    var in = BitReader.ofNalUnit(nal, "SPS");
    in.skip(8);
    int profile = in.bits(8);
    int constraints = in.bits(8);
    int level = in.bits(8);
    in.ue(31, "seq_parameter_set_id");
    int chroma = 1;
    if (hasChromaFormat(profile)) {
      chroma = in.ue(3, "chroma_format_idc");
      if (chroma == 3) {
        in.skip(1);
      }
      in.ue(6, "bit_depth_luma_minus8");
      in.ue(6, "bit_depth_chroma_minus8");
      in.skip(1);
      if (in.flag()) {
        skipScalingLists(in, chroma == 3 ? 12 : 8);
      }
    }
    in.ue(12, "log2_max_frame_num_minus4");
    int pocType = in.ue(2, "pic_order_cnt_type");
    skipPicOrderCount(in, pocType);
    int refFrames = in.ue(16, "max_num_ref_frames");
    in.skip(1);
    int widthMbs = in.ue(1 << 12, "pic_width_in_mbs_minus1") + 1;
    int heightUnits = in.ue(1 << 12, "pic_height_in_map_units_minus1") + 1;
    boolean framesOnly = in.flag();
    if (!framesOnly) {
      in.skip(1);
    }
    in.skip(1);
    int heightMbs = heightUnits * (framesOnly ? 1 : 2);
    int width = widthMbs * 16;
    int height = heightMbs * 16;
    if (in.flag()) {
      int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
      int unitY = (chroma == 1 ? 2 : 1) * (framesOnly ? 1 : 2);
      width -= unitX * (in.ue(1 << 15, "crop left") + in.ue(1 << 15, "crop right"));
      height -= unitY * (in.ue(1 << 15, "crop top") + in.ue(1 << 15, "crop bottom"));
    }
    if (width <= 0 || height <= 0) {
      throw new MalformedMedia("cropped to nothing", "SPS", "a picture", width + "x" + height);
    }
    int reorder =
        reorderWithoutVui(profile, constraints, pocType, level, widthMbs * heightMbs, refFrames);
    var vui = in.flag() ? Vui.parseAvc(in, reorder) : Vui.absent(reorder);
    return new VideoFormat(
        width,
        height,
        vui.sarNum(),
        vui.sarDen(),
        vui.frameRateNum(),
        vui.frameRateDen(),
        vui.reorderDepth(),
        nalLengthSize);
  }

  private static boolean hasChromaFormat(int profile) {
    return switch (profile) {
      case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
      default -> false;
    };
  }

  private static void skipScalingLists(BitReader in, int lists) {
    for (int list = 0; list < lists; list++) {
      if (!in.flag()) {
        continue;
      }
      int next = 8;
      int last = 8;
      for (int i = 0; i < (list < 6 ? 16 : 64) && next != 0; i++) {
        next = (last + in.se()) & 0xff;
        last = next == 0 ? last : next;
      }
    }
  }

  private static void skipPicOrderCount(BitReader in, int type) {
    if (type == 0) {
      in.ue(12, "log2_max_pic_order_cnt_lsb_minus4");
    } else if (type == 1) {
      in.skip(1);
      in.se();
      in.se();
      int cycle = in.ue(255, "num_ref_frames_in_pic_order_cnt_cycle");
      for (int i = 0; i < cycle; i++) {
        in.se();
      }
    }
  }

  /** What § E.2.1 says to infer when the stream does not state max_num_reorder_frames. */
  private static int reorderWithoutVui(
      int profile, int constraints, int pocType, int level, int frameMbs, int refFrames) {
    boolean constraintSet3 = (constraints & 0x10) != 0;
    boolean intraOnly =
        constraintSet3
            && switch (profile) {
              case 44, 86, 100, 110, 122, 244 -> true;
              default -> false;
            };
    if (profile == 66 || pocType == 2 || intraOnly || refFrames == 0) {
      return 0;
    }
    return Math.min(16, maxDpbMbs(level) / frameMbs);
  }

  /** MaxDpbMbs of table A-1. */
  private static int maxDpbMbs(int level) {
    return switch (level) {
      case 9, 10 -> 396;
      case 11 -> 900;
      case 12, 13, 20 -> 2376;
      case 21 -> 4752;
      case 22, 30 -> 8100;
      case 31 -> 18000;
      case 32 -> 20480;
      case 40, 41 -> 32768;
      case 42 -> 34816;
      case 50 -> 110400;
      case 51, 52 -> 184320;
      default -> 696320;
    };
  }
}
