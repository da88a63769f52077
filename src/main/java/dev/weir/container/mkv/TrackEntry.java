// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.container.codec.CodecParser;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Rotation;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.LongStream;

/** One TrackEntry as it is being read (RFC 9559 § 5.1.4.1). Confined to one thread. */
final class TrackEntry {

  private static final int VIDEO = 1;
  private static final int AUDIO = 2;
  private static final int HEADER_STRIPPING = 3;

  /** Units of the display size. */
  private static final int PIXELS = 0;

  private static final int ASPECT_RATIO = 3;

  /** So that products of two sides fit 31 bits. */
  private static final int LARGEST_SIDE = 32_768;

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
  private long pixelWidth;
  private long pixelHeight;
  private long displayWidth;
  private long displayHeight;
  private long displayUnit;
  private long rollDegrees;

  /** Takes a field of the entry, or of what is in it. */
  void field(Element element, ByteBuffer body, long offset) {
    switch (element) {
      case TRACK_NUMBER -> number = Values.unsigned(body, element, offset);
      case TRACK_TYPE -> type = Values.unsigned(body, element, offset);
      case CODEC_ID -> codecId = Values.text(body);
      case CODEC_PRIVATE -> codecPrivate = Bytes.copyOf(body);
      case DEFAULT_DURATION -> defaultDurationNs = Values.unsigned(body, element, offset);
      case CODEC_DELAY -> codecDelayNs = Values.unsigned(body, element, offset);
      case LANGUAGE, LANGUAGE_BCP47 -> language = language(Values.text(body));
      case PIXEL_WIDTH -> pixelWidth = Values.unsigned(body, element, offset);
      case PIXEL_HEIGHT -> pixelHeight = Values.unsigned(body, element, offset);
      case DISPLAY_WIDTH -> displayWidth = Values.unsigned(body, element, offset);
      case DISPLAY_HEIGHT -> displayHeight = Values.unsigned(body, element, offset);
      case DISPLAY_UNIT -> displayUnit = Values.unsigned(body, element, offset);
      case PROJECTION_POSE_ROLL -> rollDegrees = Values.rounded(body, element, offset, 0);
      case SAMPLING_FREQUENCY ->
          samplingFrequency =
              (int) Math.clamp(Values.rounded(body, element, offset, 8000), 0L, 1_000_000L);
      case CHANNELS -> channels = (int) Math.min(255, Values.unsigned(body, element, offset));
      case CONTENT_ENCODING_TYPE -> encodingType = Values.unsigned(body, element, offset);
      case CONTENT_COMP_ALGO -> compressionAlgorithm = Values.unsigned(body, element, offset);
      case CONTENT_COMP_SETTINGS -> strippedHeader = Bytes.copyOf(body);
      default -> {}
    }
  }

  private static String language(String text) {
    return text.isEmpty() || text.length() > 35 ? "und" : text;
  }

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
    return new Track(index, timescale, language, shown(codec()));
  }

  /**
   * Shape and rotation (§ 5.1.4.1.28). The display size is in whole pixels, so the ratio is as near
   * as that goes. A roll counts counterclockwise.
   */
  private Codec shown(Codec codec) {
    long num = displayWidth * pixelHeight;
    long den = displayHeight * pixelWidth;
    boolean stated =
        (displayUnit == PIXELS || displayUnit == ASPECT_RATIO)
            && LongStream.of(pixelWidth, pixelHeight, displayWidth, displayHeight)
                .allMatch(side -> side > 0 && side <= LARGEST_SIDE);
    long divisor = stated ? BigInteger.valueOf(num).gcd(BigInteger.valueOf(den)).longValue() : 1;
    return codec.shown(
        stated ? (int) (num / divisor) : 1,
        stated ? (int) (den / divisor) : 1,
        Rotation.ofDegrees(-rollDegrees));
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
