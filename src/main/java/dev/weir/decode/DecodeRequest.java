// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Codec;
import dev.weir.model.LimitExceeded;
import dev.weir.model.VideoFormat;
import java.util.List;

/**
 * One picture to be decoded. Immutable.
 *
 * @param codec a video codec with its configuration
 * @param samples in decode order, the first a sync sample; nothing after the picture is needed
 * @param presentationTime of the picture that is wanted, ticks; one of the samples has it
 * @param output what the picture is made into
 */
public record DecodeRequest(
    Codec codec, List<CodedSample> samples, long presentationTime, PictureOutput output) {

  /** Most coded bytes one picture may need: a minute of 8 Mbit/s from its key frame. */
  public static final long MAX_BYTES = 64L << 20;

  /** Most samples one picture may need. */
  public static final int MAX_SAMPLES = 20_000;

  /**
   * @throws LimitExceeded when there is more to decode than one picture may cost
   */
  public DecodeRequest {
    samples = List.copyOf(samples);
    long bytes = 0;
    for (CodedSample sample : samples) {
      bytes += sample.data().remaining();
    }
    if (bytes > MAX_BYTES || samples.size() > MAX_SAMPLES) {
      throw new LimitExceeded(
          "too much to decode for one picture",
          "samples since the key frame",
          "at most " + MAX_BYTES + " bytes and " + MAX_SAMPLES + " samples",
          bytes + " bytes, " + samples.size() + " samples");
    }
  }

  /** What is known of the coded pictures. */
  public VideoFormat video() {
    return switch (codec) {
      case Codec.Avc avc -> avc.video();
      case Codec.Hevc hevc -> hevc.video();
      case Codec.Aac _, Codec.Opus _ ->
          throw new IllegalArgumentException("not video: " + codec.shortName());
    };
  }
}
