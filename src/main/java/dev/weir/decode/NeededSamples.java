// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Leaves out of a request the samples that no wanted picture is predicted from, as far as the
 * headers of their NAL units say so: H.264 pictures with nal_ref_idc 0 (ITU-T H.264 § 7.4.1), HEVC
 * pictures of higher sub-layers and sub-layer non-reference pictures (ITU-T H.265 § 7.4.2.2). No
 * other picture's order or references depend on them either. Parameter sets stay, and so does all
 * before a sample that can't be read. Stateless.
 */
final class NeededSamples {

  private static final int AVC_SPS = 7;
  private static final int AVC_PPS = 8;

  private static final int HEVC_LAST_SUB_LAYER_TYPE = 15;
  private static final int HEVC_VPS = 32;
  private static final int HEVC_PPS = 34;

  private static final int MAX_TEMPORAL_ID = 6;

  private NeededSamples() {}

  /**
   * What a sample's headers say of its picture.
   *
   * @param reference whether pictures of its own sub-layer may be predicted from it; those of
   *     higher ones always may
   * @param temporalId its sub-layer; H.264 has but one
   */
  private record Picture(boolean reference, int temporalId) {

    /** May need everything, and everything may need it. */
    static final Picture UNKNOWN = new Picture(true, MAX_TEMPORAL_ID);

    boolean mayServe(int highestTemporalId) {
      return temporalId < highestTemporalId || (reference && temporalId == highestTemporalId);
    }
  }

  /** The same request without them. */
  static DecodeRequest of(DecodeRequest request) {
    var wanted = new HashSet<>(request.wanted());
    var needed = new ArrayList<CodedSample>(request.samples().size());
    int highestTemporalId = 0;
    for (CodedSample sample : request.samples().reversed()) {
      Picture picture = picture(request, sample);
      if (sample.sync()
          || picture.equals(Picture.UNKNOWN)
          || wanted.contains(sample.presentationTime())
          || picture.mayServe(highestTemporalId)) {
        needed.add(sample);
        highestTemporalId = Math.max(highestTemporalId, picture.temporalId);
      }
    }
    return new DecodeRequest(
        request.codec(), needed.reversed(), request.wanted(), request.output());
  }

  private static Picture picture(DecodeRequest request, CodedSample sample) {
    try {
      List<ByteBuffer> units = NalUnits.ofSample(sample.data(), request.video().nalLengthSize());
      return switch (request.codec()) {
        case Codec.Avc _ -> avc(units);
        case Codec.Hevc _ -> hevc(units);
        case Codec.Aac _, Codec.Opus _ -> Picture.UNKNOWN;
      };
    } catch (MalformedMedia e) {
      return Picture.UNKNOWN;
    }
  }

  private static Picture avc(List<ByteBuffer> units) {
    if (units.isEmpty()) {
      return Picture.UNKNOWN;
    }
    boolean reference = false;
    for (ByteBuffer unit : units) {
      int header = unit.get(unit.position());
      int type = header & 0x1f;
      reference |= (header >> 5 & 3) != 0 || type == AVC_SPS || type == AVC_PPS;
    }
    return new Picture(reference, 0);
  }

  private static Picture hevc(List<ByteBuffer> units) {
    Picture picture = Picture.UNKNOWN;
    for (ByteBuffer unit : units) {
      int type = unit.get(unit.position()) >> 1 & 0x3f;
      if (type >= HEVC_VPS && type <= HEVC_PPS) {
        return Picture.UNKNOWN;
      }
      if (type < HEVC_VPS && unit.remaining() > 1) {
        // Of the types that a sub-layer may have either way the even ones are not referred to.
        boolean reference = type > HEVC_LAST_SUB_LAYER_TYPE || type % 2 == 1;
        picture = new Picture(reference, (unit.get(unit.position() + 1) & 7) - 1);
      }
    }
    return picture;
  }
}
