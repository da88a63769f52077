// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Codec;
import dev.weir.model.LimitExceeded;
import dev.weir.model.VideoFormat;
import java.util.List;

/**
 * Pictures to be decoded out of samples that belong together: all from one sync sample on.
 * Immutable.
 *
 * @param codec a video codec with its configuration
 * @param samples in decode order, the first a sync sample; nothing after the last picture is needed
 * @param wanted presentation times of the pictures, ticks, rising, at least one; samples have them
 * @param output what each picture is made into
 */
public record DecodeRequest(
    Codec codec, List<CodedSample> samples, List<Long> wanted, PictureOutput output) {

  /** Most coded bytes one request may need: a minute of 8 Mbit/s from its key frame. */
  public static final long MAX_BYTES = 64L << 20;

  /** Most samples one request may need. */
  public static final int MAX_SAMPLES = 20_000;

  /**
   * @throws LimitExceeded when there is more to decode than one picture may cost
   */
  public DecodeRequest {
    samples = List.copyOf(samples);
    wanted = List.copyOf(wanted);
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("no picture wanted");
    }
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

  /** A request for one picture. */
  public DecodeRequest(
      Codec codec, List<CodedSample> samples, long presentationTime, PictureOutput output) {
    this(codec, samples, List.of(presentationTime), output);
  }

  /** The same samples with other pictures wanted. */
  public DecodeRequest withWanted(List<Long> others) {
    return new DecodeRequest(codec, samples, others, output);
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
