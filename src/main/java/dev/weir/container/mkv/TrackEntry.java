// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.container.codec.CodecParser;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.util.Optional;

/** One TrackEntry as it is being read (RFC 9559 § 5.1.4.1). Confined to one thread. */
final class TrackEntry {

  private static final int VIDEO = 1;
  private static final int AUDIO = 2;
  private static final int HEADER_STRIPPING = 3;

  long number;
  long type;
  String codecId = "";
  Bytes codecPrivate = Bytes.EMPTY;
  long defaultDurationNs;
  long codecDelayNs;
  String language = "und";
  int samplingFrequency = 8000;
  int channels = 1;
  boolean encoded;
  long encodingType;
  long compressionAlgorithm;
  Bytes strippedHeader = Bytes.EMPTY;

  boolean isMedia() {
    return type == VIDEO || type == AUDIO;
  }

  /** The track, placed at {@code index}. */
  Track track(int index, int timescale) {
    if (encoded && (encodingType != 0 || compressionAlgorithm != HEADER_STRIPPING)) {
      throw new UnsupportedMedia(
          "encoded track " + number,
          "ContentEncodings",
          "no encoding, or header stripping",
          encodingType != 0 ? "encryption" : "compression algorithm " + compressionAlgorithm);
    }
    return new Track(index, timescale, language, codec());
  }

  /** Ticks that the codec delay takes from each timestamp (§ 5.1.4.1.25). */
  long delayTicks(int timescale) {
    return MediaTime.toTicks(codecDelayNs, timescale);
  }

  Optional<Long> defaultDurationTicks(int timescale) {
    return defaultDurationNs == 0
        ? Optional.empty()
        : Optional.of(MediaTime.toTicks(defaultDurationNs, timescale));
  }

  private Codec codec() {
    return switch (codecId) {
      case "V_MPEG4/ISO/AVC", "V_MPEG/ISO/AVC" -> CodecParser.avc(configuration());
      case "V_MPEGH/ISO/HEVC", "V_MPEG/ISO/HEVC" -> CodecParser.hevc(configuration());
      case "A_OPUS" -> CodecParser.opus(configuration());
      case "A_AAC" -> CodecParser.aac(codecPrivate.size() > 0 ? codecPrivate : lowComplexity());
      case "A_AAC/MPEG4/LC", "A_AAC/MPEG2/LC" ->
          CodecParser.aac(codecPrivate.size() > 0 ? codecPrivate : lowComplexity());
      default ->
          throw new UnsupportedMedia(
              "codec of track " + number,
              "CodecID",
              "V_MPEG4/ISO/AVC, V_MPEGH/ISO/HEVC, A_AAC or A_OPUS",
              codecId.isEmpty() ? "none" : codecId);
    };
  }

  private Bytes configuration() {
    if (codecPrivate.size() == 0) {
      throw new UnsupportedMedia(
          codecId + " without its configuration",
          "CodecPrivate of track " + number,
          "a configuration record",
          "none");
    }
    return codecPrivate;
  }

  /** The AudioSpecificConfig that older muxers leave out (ISO/IEC 14496-3 § 1.6.2.1), AAC-LC. */
  private Bytes lowComplexity() {
    int[] rates = {
      96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350
    };
    int index = 0;
    while (index < rates.length && rates[index] != samplingFrequency) {
      index++;
    }
    if (index == rates.length || channels < 1 || channels > 7) {
      throw new UnsupportedMedia(
          "AAC without its configuration",
          "Audio of track " + number,
          "a standard rate and 1 to 7 channels",
          samplingFrequency + " Hz, " + channels + " channels");
    }
    int bits = (2 << 11) | (index << 7) | (channels << 3);
    return Bytes.copyOf(new byte[] {(byte) (bits >> 8), (byte) bits});
  }
}
