// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.MediaTime;
import dev.weir.model.Rotation;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;

/**
 * Writes a TrackEntry (RFC 9559 § 5.1.4.1, codec mappings in RFC 9559 § 21 and drafts). Stateless.
 */
final class TrackHeader {

  private static final long OPUS_RATE = 48_000;

  /** What a decoder of Opus needs before it is right (RFC 7845 § 4.6). */
  private static final long OPUS_PRE_ROLL_NS = 80 * MediaTime.NANOS_PER_MILLI;

  private static final int PROJECTION_TYPE = 0x7671;

  private TrackHeader() {}

  /** By how much every timestamp of the track is later than its media; 0 but for Opus. */
  static long codecDelayNs(Track track) {
    return switch (track.codec()) {
      case Codec.Opus opus ->
          opus.audio().preSkipSamples() * MediaTime.NANOS_PER_SECOND / OPUS_RATE;
      case Codec.Avc _, Codec.Hevc _, Codec.Aac _ -> 0;
    };
  }

  static void write(EbmlWriter ebml, Track track) {
    ebml.master(
        Element.TRACK_ENTRY.id(),
        () -> {
          ebml.unsigned(Element.TRACK_NUMBER.id(), track.index() + 1);
          ebml.unsigned(0x73C5, track.index() + 1);
          ebml.unsigned(Element.TRACK_TYPE.id(), track.kind() == TrackKind.VIDEO ? 1 : 2);
          ebml.unsigned(0x9C, 0);
          String language = track.language();
          ebml.text(Element.LANGUAGE.id(), language.matches("[a-z]{3}") ? language : "und");
          if (!language.matches("[a-z]{3}")) {
            ebml.text(Element.LANGUAGE_BCP47.id(), language);
          }
          codec(ebml, track);
        });
  }

  private static void codec(EbmlWriter ebml, Track track) {
    switch (track.codec()) {
      case Codec.Avc(Bytes configuration, _, VideoFormat video) -> {
        id(ebml, "V_MPEG4/ISO/AVC", configuration);
        video(ebml, video);
      }
      case Codec.Hevc(Bytes configuration, _, VideoFormat video) -> {
        id(ebml, "V_MPEGH/ISO/HEVC", configuration);
        video(ebml, video);
      }
      case Codec.Aac(Bytes configuration, _, AudioFormat audio) -> {
        id(ebml, "A_AAC", configuration);
        defaultDuration(ebml, audio.frameSamples(), audio.sampleRate());
        audio(ebml, audio);
      }
      case Codec.Opus(Bytes configuration, _, AudioFormat audio) -> {
        id(ebml, "A_OPUS", configuration);
        ebml.unsigned(Element.CODEC_DELAY.id(), codecDelayNs(track));
        ebml.unsigned(0x56BB, OPUS_PRE_ROLL_NS);
        audio(ebml, audio);
      }
    }
  }

  private static void id(EbmlWriter ebml, String codecId, Bytes configuration) {
    ebml.text(Element.CODEC_ID.id(), codecId).binary(Element.CODEC_PRIVATE.id(), configuration);
  }

  private static void defaultDuration(EbmlWriter ebml, long num, long den) {
    if (num > 0 && den > 0) {
      ebml.unsigned(
          Element.DEFAULT_DURATION.id(), MediaTime.rescale(num, den, MediaTime.NANOS_PER_SECOND));
    }
  }

  private static void video(EbmlWriter ebml, VideoFormat video) {
    defaultDuration(ebml, video.frameRateDen(), video.frameRateNum());
    long displayWidth = (long) video.width() * video.sarNum() / video.sarDen();
    ebml.master(
        Element.VIDEO.id(),
        () -> {
          ebml.unsigned(Element.PIXEL_WIDTH.id(), video.width())
              .unsigned(Element.PIXEL_HEIGHT.id(), video.height())
              .unsigned(Element.DISPLAY_WIDTH.id(), Math.max(1, displayWidth))
              .unsigned(Element.DISPLAY_HEIGHT.id(), video.height());
          if (video.rotation() != Rotation.NONE) {
            ebml.master(Element.PROJECTION.id(), () -> roll(ebml, video.rotation()));
          }
        });
  }

  /** Counterclockwise, from -180 to 180 degrees. */
  private static void roll(EbmlWriter ebml, Rotation rotation) {
    int degrees = rotation == Rotation.RIGHT ? -90 : rotation == Rotation.LEFT ? 90 : 180;
    ebml.unsigned(PROJECTION_TYPE, 0).number(Element.PROJECTION_POSE_ROLL.id(), degrees);
  }

  private static void audio(EbmlWriter ebml, AudioFormat audio) {
    ebml.master(
        Element.AUDIO.id(),
        () ->
            ebml.number(Element.SAMPLING_FREQUENCY.id(), audio.sampleRate())
                .unsigned(Element.CHANNELS.id(), audio.channels()));
  }
}
