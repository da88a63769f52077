// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Codec;
import dev.weir.model.Rotation;
import dev.weir.model.Track;
import dev.weir.model.TrackKind;
import dev.weir.model.VideoFormat;

/**
 * The boxes that fragmented and progressive files describe a track with (ISO/IEC 14496-12 § 8.3, §
 * 8.4). Stateless.
 */
final class TrackBoxes {

  /** One in 16.16, and in 2.30. */
  private static final int ONE = 0x10000;

  private static final int ONE_OF_30_BITS = 0x40000000;

  private TrackBoxes() {}

  /** mvhd, version 1 (§ 8.2.2). */
  static void movieHeader(ByteWriter out, int timescale, long duration, int nextTrackId) {
    Boxes.fullBox(
        out,
        "mvhd",
        1,
        0,
        () -> {
          out.i64(0).i64(0).i32(timescale).i64(duration).i32(0x10000).u16(0x100).zeros(10);
          matrix(out, Rotation.NONE, 0, 0);
          out.zeros(24).i32(nextTrackId);
        });
  }

  /** tkhd, version 1 (§ 8.3.2): enabled, in movie, in preview. */
  static void trackHeader(ByteWriter out, Track track, int trackId, long movieDuration) {
    Boxes.fullBox(
        out,
        "tkhd",
        1,
        7,
        () -> {
          out.i64(0).i64(0).i32(trackId).i32(0).i64(movieDuration).zeros(8).u16(0).u16(0);
          out.u16(track.kind() == TrackKind.AUDIO ? 0x100 : 0).u16(0);
          switch (track.codec()) {
            case Codec.Avc avc -> display(out, avc.video());
            case Codec.Hevc hevc -> display(out, hevc.video());
            case Codec.Aac _, Codec.Opus _ -> {
              matrix(out, Rotation.NONE, 0, 0);
              out.i32(0).i32(0);
            }
          }
        });
  }

  /** Matrix and size, 16.16, the width stretched by the sample aspect ratio. */
  private static void display(ByteWriter out, VideoFormat video) {
    int width = (int) (((long) video.width() << 16) * video.sarNum() / video.sarDen());
    int height = video.height() << 16;
    matrix(out, video.rotation(), width, height);
    out.i32(width).i32(height);
  }

  /** mdhd, version 1, and hdlr (§ 8.4.2, § 8.4.3). */
  static void mediaHeader(ByteWriter out, Track track, long duration) {
    Boxes.fullBox(
        out,
        "mdhd",
        1,
        0,
        () ->
            out.i64(0)
                .i64(0)
                .i32(track.timescale())
                .i64(duration)
                .u16(language(track.language()))
                .u16(0));
    boolean video = track.kind() == TrackKind.VIDEO;
    Boxes.fullBox(
        out,
        "hdlr",
        0,
        0,
        () -> {
          out.i32(0).i32(Boxes.fourCc(video ? "vide" : "soun")).zeros(12);
          for (char c : (video ? "VideoHandler" : "SoundHandler").toCharArray()) {
            out.u8(c);
          }
          out.u8(0);
        });
  }

  /** vmhd or smhd, and dinf: the media is in this very file (§ 12.1.2, § 12.2.2, § 8.7.2). */
  static void mediaInformation(ByteWriter out, Track track) {
    if (track.kind() == TrackKind.VIDEO) {
      Boxes.fullBox(out, "vmhd", 0, 1, () -> out.zeros(8));
    } else {
      Boxes.fullBox(out, "smhd", 0, 0, () -> out.zeros(4));
    }
    Boxes.box(
        out,
        "dinf",
        () ->
            Boxes.fullBox(
                out, "dref", 0, 0, () -> Boxes.fullBox(out.i32(1), "url ", 0, 1, () -> {})));
  }

  /** Turned, and moved back to where the picture was (§ 6.2.2). */
  private static void matrix(ByteWriter out, Rotation rotation, int width, int height) {
    switch (rotation) {
      case NONE -> out.i32(ONE).i32(0).i32(0).i32(0).i32(ONE).i32(0).i32(0).i32(0);
      case RIGHT -> out.i32(0).i32(ONE).i32(0).i32(-ONE).i32(0).i32(0).i32(height).i32(0);
      case AROUND -> out.i32(-ONE).i32(0).i32(0).i32(0).i32(-ONE).i32(0).i32(width).i32(height);
      case LEFT -> out.i32(0).i32(-ONE).i32(0).i32(ONE).i32(0).i32(0).i32(0).i32(width);
    }
    out.i32(ONE_OF_30_BITS);
  }

  /** Three letters of five bits each; anything else is undetermined. */
  private static int language(String language) {
    String code = language.matches("[a-z]{3}") ? language : "und";
    return ((code.charAt(0) - 0x60) << 10)
        | ((code.charAt(1) - 0x60) << 5)
        | (code.charAt(2) - 0x60);
  }
}
