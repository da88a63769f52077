// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.codec;

import dev.weir.model.MalformedMedia;
import dev.weir.model.VideoFormat;
import java.nio.ByteBuffer;

/**
 * Reads an H.265 sequence parameter set (ITU-T H.265 § 7.3.2.2 and annex E) as far as Weir needs
 * it. Stateless.
 */
final class HevcSps {

  private HevcSps() {}

  static VideoFormat parse(ByteBuffer nal, int nalLengthSize) {
    var in = BitReader.ofNalUnit(nal, "SPS");
    in.skip(16 + 4);
    int maxSubLayersMinus1 = in.bits(3);
    in.skip(1);
    skipProfileTierLevel(in, maxSubLayersMinus1);
    in.ue(15, "sps_seq_parameter_set_id");
    int chroma = in.ue(3, "chroma_format_idc");
    if (chroma == 3) {
      in.skip(1);
    }
    int width = in.ue(1 << 16, "pic_width_in_luma_samples");
    int height = in.ue(1 << 16, "pic_height_in_luma_samples");
    if (in.flag()) {
      int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
      int unitY = chroma == 1 ? 2 : 1;
      width -= unitX * (in.ue(1 << 15, "conformance left") + in.ue(1 << 15, "conformance right"));
      height -= unitY * (in.ue(1 << 15, "conformance top") + in.ue(1 << 15, "conformance bottom"));
    }
    if (width <= 0 || height <= 0) {
      throw new MalformedMedia("cropped to nothing", "SPS", "a picture", width + "x" + height);
    }
    in.ue(8, "bit_depth_luma_minus8");
    in.ue(8, "bit_depth_chroma_minus8");
    int pocBits = in.ue(12, "log2_max_pic_order_cnt_lsb_minus4") + 4;
    boolean eachLayer = in.flag();
    int reorder = 0;
    for (int i = eachLayer ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
      in.ue();
      reorder = in.ue(16, "sps_max_num_reorder_pics");
      in.ue();
    }
    Vui vui = vui(in, pocBits, reorder, chroma);
    return new VideoFormat(
        width,
        height,
        vui.sarNum(),
        vui.sarDen(),
        vui.frameRateNum(),
        vui.frameRateDen(),
        reorder,
        nalLengthSize);
  }

  private static void skipProfileTierLevel(BitReader in, int maxSubLayersMinus1) {
    in.skip(88 + 8);
    var profiles = new boolean[maxSubLayersMinus1];
    var levels = new boolean[maxSubLayersMinus1];
    for (int i = 0; i < maxSubLayersMinus1; i++) {
      profiles[i] = in.flag();
      levels[i] = in.flag();
    }
    if (maxSubLayersMinus1 > 0) {
      in.skip(2 * (8 - maxSubLayersMinus1));
    }
    for (int i = 0; i < maxSubLayersMinus1; i++) {
      in.skip((profiles[i] ? 88 : 0) + (levels[i] ? 8 : 0));
    }
  }

  private static Vui vui(BitReader in, int pocBits, int reorder, int chroma) {
    for (int i = 0; i < 6; i++) {
      in.ue();
    }
    boolean scalingLists = in.flag();
    if (scalingLists && in.flag()) {
      skipScalingLists(in, chroma);
    }
    in.skip(2);
    if (in.flag()) {
      in.skip(8);
      in.ue();
      in.ue();
      in.skip(1);
    }
    skipShortTermReferenceSets(in);
    if (in.flag()) {
      int count = in.ue(32, "num_long_term_ref_pics_sps");
      in.skip(count * (pocBits + 1));
    }
    in.skip(2);
    return in.flag() ? Vui.parseHevc(in, reorder) : Vui.absent(reorder);
  }

  private static void skipScalingLists(BitReader in, int chroma) {
    for (int size = 0; size < 4; size++) {
      for (int matrix = 0; matrix < 6; matrix += size == 3 && chroma != 3 ? 3 : 1) {
        if (!in.flag()) {
          in.ue();
          continue;
        }
        if (size > 1) {
          in.se();
        }
        for (int i = 0; i < Math.min(64, 1 << (4 + (size << 1))); i++) {
          in.se();
        }
      }
    }
  }

  private static void skipShortTermReferenceSets(BitReader in) {
    int sets = in.ue(64, "num_short_term_ref_pic_sets");
    int pictures = 0;
    for (int set = 0; set < sets; set++) {
      if (set > 0 && in.flag()) {
        in.skip(1);
        in.ue();
        int kept = 0;
        for (int i = 0; i <= pictures; i++) {
          boolean used = in.flag();
          if (used || in.flag()) {
            kept++;
          }
        }
        pictures = kept;
      } else {
        pictures = in.ue(16, "num_negative_pics");
        pictures += in.ue(16, "num_positive_pics");
        for (int i = 0; i < pictures; i++) {
          in.ue();
          in.skip(1);
        }
      }
    }
  }
}
