// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.container.codec.BitReader;
import dev.weir.decode.jcodec.AvcParameterSets.Picture;
import dev.weir.decode.jcodec.AvcParameterSets.Sequence;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Walks a slice header (ITU-T H.264 § 7.3.3) of a progressive 4:2:0 stream, to what in it JCodec
 * gets wrong. Stateless.
 */
final class AvcSlice {

  private static final int IDR = 5;

  /** A header is at most some 600 bytes, with full weight tables. */
  private static final int HEADER_BYTES = 1024;

  private AvcSlice() {}

  /** Why JCodec can't decode the slice, or nothing. */
  static Optional<String> refusal(ByteBuffer nal, AvcParameterSets sets) {
    int header = nal.get(nal.position());
    boolean idr = (header & 0x1f) == IDR;
    boolean reference = (header >> 5 & 3) != 0;
    ByteBuffer head = nal.slice(nal.position(), Math.min(nal.remaining(), HEADER_BYTES));
    var in = BitReader.ofNalUnit(head, "slice");
    in.skip(8);
    in.ue();
    int type = in.ue(9, "slice_type") % 5;
    Optional<Picture> pps = sets.picture(in.ue(255, "pic_parameter_set_id"));
    Optional<Sequence> sps = pps.flatMap(each -> sets.sequence(each.sequence()));
    if (pps.isEmpty() || sps.isEmpty()) {
      return Optional.of("a slice without its parameter sets");
    }
    if (type > 2) {
      return Optional.of("switching slices");
    }
    order(in, idr, sps.get(), pps.get());
    boolean b = type == 1;
    if (b && !in.flag()) {
      return Optional.of("temporal direct prediction");
    }
    if (type != 2) {
      prediction(in, b, pps.get());
    }
    if (reference) {
      marking(in, idr);
    }
    if (pps.get().cabac() && type != 2) {
      in.ue(2, "cabac_init_idc");
    }
    in.se();
    if (pps.get().deblockingControl() && in.ue(2, "disable_deblocking_filter_idc") != 0) {
      return Optional.of("deblocking is switched off");
    }
    return Optional.empty();
  }

  /** frame_num to redundant_pic_cnt. */
  private static void order(BitReader in, boolean idr, Sequence sps, Picture pps) {
    in.skip(sps.frameNumBits());
    if (idr) {
      in.ue(65_535, "idr_pic_id");
    }
    if (sps.orderType() == 0) {
      in.skip(sps.orderBits());
      if (pps.orderPresent()) {
        in.se();
      }
    } else if (sps.orderType() == 1 && !sps.deltaOrderAlwaysZero()) {
      in.se();
      if (pps.orderPresent()) {
        in.se();
      }
    }
    if (pps.redundantPictures()) {
      in.ue(127, "redundant_pic_cnt");
    }
  }

  /** Reference counts, list modification and weights of a P or B slice. */
  private static void prediction(BitReader in, boolean b, Picture pps) {
    int references0 = pps.references0();
    int references1 = pps.references1();
    if (in.flag()) {
      references0 = in.ue(31, "num_ref_idx_l0_active_minus1") + 1;
      references1 = b ? in.ue(31, "num_ref_idx_l1_active_minus1") + 1 : 0;
    }
    modification(in);
    if (b) {
      modification(in);
    }
    if (b ? pps.weightedBiprediction() == 1 : pps.weightedPrediction()) {
      in.ue(7, "luma_log2_weight_denom");
      in.ue(7, "chroma_log2_weight_denom");
      weights(in, references0);
      if (b) {
        weights(in, references1);
      }
    }
  }

  private static void modification(BitReader in) {
    if (in.flag()) {
      while (in.ue(3, "modification_of_pic_nums_idc") != 3) {
        in.ue();
      }
    }
  }

  private static void weights(BitReader in, int references) {
    for (int i = 0; i < references; i++) {
      if (in.flag()) {
        in.se();
        in.se();
      }
      if (in.flag()) {
        in.se();
        in.se();
        in.se();
        in.se();
      }
    }
  }

  /** dec_ref_pic_marking, § 7.3.3.3. */
  private static void marking(BitReader in, boolean idr) {
    if (idr) {
      in.skip(2);
    } else if (in.flag()) {
      int operation = in.ue(6, "memory_management_control_operation");
      while (operation != 0) {
        if (operation != 5) {
          in.ue();
        }
        if (operation == 3) {
          in.ue();
        }
        operation = in.ue(6, "memory_management_control_operation");
      }
    }
  }
}
