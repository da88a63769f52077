// SPDX-License-Identifier: Apache-2.0
package dev.weir.model;

/**
 * A codec with its configuration, container-neutral: the configuration record is the one ISO
 * containers carry, and samples of the two video codecs are length-prefixed NAL units (ISO/IEC
 * 14496-15). Immutable.
 */
public sealed interface Codec {

  /** The decoder configuration record; which one, each case says. */
  Bytes configuration();

  /** The RFC 6381 string for HLS CODECS and DASH codecs, for example {@code avc1.64001f}. */
  String rfc6381();

  /**
   * A short lower-case name for people and dumps: {@code h264}, {@code hevc}, {@code aac}, {@code
   * opus}.
   */
  String shortName();

  default TrackKind kind() {
    return switch (this) {
      case Avc _, Hevc _ -> TrackKind.VIDEO;
      case Aac _, Opus _ -> TrackKind.AUDIO;
    };
  }

  /** The same as a container shows it, see {@link VideoFormat#shown}; sound as it is. */
  default Codec shown(int sarNum, int sarDen, Rotation rotation) {
    return switch (this) {
      case Avc(Bytes configuration, String name, VideoFormat video) ->
          new Avc(configuration, name, video.shown(sarNum, sarDen, rotation));
      case Hevc(Bytes configuration, String name, VideoFormat video) ->
          new Hevc(configuration, name, video.shown(sarNum, sarDen, rotation));
      case Aac _, Opus _ -> this;
    };
  }

  /** H.264; configuration = AVCDecoderConfigurationRecord (ISO/IEC 14496-15 § 5.3.3). */
  record Avc(Bytes configuration, String rfc6381, VideoFormat video) implements Codec {
    @Override
    public String shortName() {
      return "h264";
    }
  }

  /** H.265; configuration = HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 § 8.3.3). */
  record Hevc(Bytes configuration, String rfc6381, VideoFormat video) implements Codec {
    @Override
    public String shortName() {
      return "hevc";
    }
  }

  /** AAC; configuration = AudioSpecificConfig (ISO/IEC 14496-3 § 1.6.2.1). */
  record Aac(Bytes configuration, String rfc6381, AudioFormat audio) implements Codec {
    @Override
    public String shortName() {
      return "aac";
    }
  }

  /** Opus; configuration = OpusHead as in Ogg and Matroska (RFC 7845 § 5.1). */
  record Opus(Bytes configuration, String rfc6381, AudioFormat audio) implements Codec {
    @Override
    public String shortName() {
      return "opus";
    }
  }
}
