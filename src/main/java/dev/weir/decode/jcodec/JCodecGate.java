// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.jcodec;

import dev.weir.decode.DecodeRequest;
import dev.weir.decode.NalUnits;
import dev.weir.model.Codec;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Says which H.264 JCodec may decode. Outside of Baseline, Main and High, progressive, 4:2:0 of 8
 * bits, without scaling matrices, with deblocking, and with spatial direct prediction it gives
 * wrong pictures without a word, or throws. Every parameter set and slice header is looked at;
 * needs no JCodec class. Stateless.
 */
public final class JCodecGate {

  private JCodecGate() {}

  /** Why JCodec must not decode this, or nothing. */
  public static Optional<String> refusal(DecodeRequest request) {
    if (!(request.codec() instanceof Codec.Avc avc)) {
      return Optional.of("H.264 alone");
    }
    try {
      var sets = new AvcParameterSets();
      Optional<String> refusal = check(NalUnits.configured(avc), sets);
      for (int i = 0; refusal.isEmpty() && i < request.samples().size(); i++) {
        ByteBuffer data = request.samples().get(i).data();
        refusal = check(NalUnits.ofSample(data, avc.video().nalLengthSize()), sets);
      }
      return refusal;
    } catch (MalformedMedia e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> check(List<ByteBuffer> units, AvcParameterSets sets) {
    for (ByteBuffer unit : units) {
      Optional<String> refusal =
          switch (AvcUnit.type(unit)) {
            case AvcUnit.SPS -> sets.addSequence(unit);
            case AvcUnit.PPS -> sets.addPicture(unit);
            case AvcUnit.SLICE, AvcUnit.IDR_SLICE -> AvcSlice.refusal(unit, sets);
            case 2, 3, 4 -> Optional.of("data partitions");
            default -> Optional.empty();
          };
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }
}
