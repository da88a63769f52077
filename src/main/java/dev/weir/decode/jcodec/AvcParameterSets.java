// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.container.codec.BitReader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameter sets seen so far (ITU-T H.264 § 7.3.2), read as far as JCodec's gate asks. Confined
 * to one thread.
 */
final class AvcParameterSets {

  /**
   * What a slice header needs of its sequence parameter set.
   *
   * @param frameNumBits length of frame_num
   * @param orderType pic_order_cnt_type
   * @param orderBits length of pic_order_cnt_lsb
   * @param deltaOrderAlwaysZero delta_pic_order_always_zero_flag
   */
  record Sequence(int frameNumBits, int orderType, int orderBits, boolean deltaOrderAlwaysZero) {}

  /** What a slice header needs of its picture parameter set. */
  record Picture(
      int sequence,
      boolean cabac,
      boolean orderPresent,
      int references0,
      int references1,
      boolean weightedPrediction,
      int weightedBiprediction,
      boolean deblockingControl,
      boolean redundantPictures) {}

  private final Map<Integer, Sequence> sequences = new HashMap<>();
  private final Map<Integer, Picture> pictures = new HashMap<>();

  Optional<Picture> picture(int id) {
    return Optional.ofNullable(pictures.get(id));
  }

  Optional<Sequence> sequence(int id) {
    return Optional.ofNullable(sequences.get(id));
  }

  /** Takes in an SPS; why JCodec can't do it, or nothing. */
  Optional<String> addSequence(ByteBuffer nal) {
    var in = BitReader.ofNalUnit(nal, "SPS");
    in.skip(8);
    int profile = in.bits(8);
    in.skip(16);
    if (profile != 66 && profile != 77 && profile != 100) {
      return Optional.of("profile " + profile);
    }
    int id = in.ue(31, "seq_parameter_set_id");
    if (profile == 100) {
      int chroma = in.ue(3, "chroma_format_idc");
      if (chroma != 1) {
        return Optional.of("chroma_format_idc " + chroma);
      }
      if (in.ue(6, "bit_depth_luma_minus8") != 0 || in.ue(6, "bit_depth_chroma_minus8") != 0) {
        return Optional.of("more than 8 bits");
      }
      if (in.flag()) {
        return Optional.of("lossless");
      }
      if (in.flag()) {
        return Optional.of("a scaling matrix in the SPS");
      }
    }
    int frameNumBits = in.ue(12, "log2_max_frame_num_minus4") + 4;
    int orderType = in.ue(2, "pic_order_cnt_type");
    int orderBits = 0;
    boolean alwaysZero = false;
    if (orderType == 0) {
      orderBits = in.ue(12, "log2_max_pic_order_cnt_lsb_minus4") + 4;
    } else if (orderType == 1) {
      alwaysZero = in.flag();
      in.se();
      in.se();
      int cycle = in.ue(255, "num_ref_frames_in_pic_order_cnt_cycle");
      for (int i = 0; i < cycle; i++) {
        in.se();
      }
    }
    in.ue(16, "max_num_ref_frames");
    in.skip(1);
    in.ue(1 << 12, "pic_width_in_mbs_minus1");
    in.ue(1 << 12, "pic_height_in_map_units_minus1");
    if (!in.flag()) {
      return Optional.of("interlaced");
    }
    sequences.put(id, new Sequence(frameNumBits, orderType, orderBits, alwaysZero));
    return Optional.empty();
  }

  /** Takes in a PPS; why JCodec can't do it, or nothing. */
  Optional<String> addPicture(ByteBuffer nal) {
    var in = BitReader.ofNalUnit(nal, "PPS");
    in.skip(8);
    int id = in.ue(255, "pic_parameter_set_id");
    int sequence = in.ue(31, "seq_parameter_set_id");
    boolean cabac = in.flag();
    boolean orderPresent = in.flag();
    if (in.ue(7, "num_slice_groups_minus1") != 0) {
      return Optional.of("slice groups");
    }
    int references0 = in.ue(31, "num_ref_idx_l0_default_active_minus1") + 1;
    int references1 = in.ue(31, "num_ref_idx_l1_default_active_minus1") + 1;
    boolean weighted = in.flag();
    int bipred = in.bits(2);
    in.se();
    in.se();
    in.se();
    boolean deblockingControl = in.flag();
    if (in.flag()) {
      return Optional.of("constrained intra prediction");
    }
    boolean redundant = in.flag();
    if (in.more()) {
      in.skip(1);
      if (in.flag()) {
        return Optional.of("a scaling matrix in the PPS");
      }
    }
    pictures.put(
        id,
        new Picture(
            sequence,
            cabac,
            orderPresent,
            references0,
            references1,
            weighted,
            bipred,
            deblockingControl,
            redundant));
    return Optional.empty();
  }
}
