// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.AudioFormat;
import dev.weir.model.Bytes;
import dev.weir.model.Codec;
import dev.weir.model.VideoFormat;

/**
 * Writes the sample description of a track (ISO/IEC 14496-12 § 8.5.2, 14496-15 § 5.4.2 and §
 * 8.4.1). Stateless.
 */
final class SampleEntries {

  private static final int DPI_72 = 0x00480000;

  private SampleEntries() {}

  static void write(ByteWriter out, Codec codec) {
    Boxes.fullBox(out, "stsd", 0, 0, () -> entry(out.i32(1), codec));
  }

  private static void entry(ByteWriter out, Codec codec) {
    switch (codec) {
      case Codec.Avc(Bytes configuration, _, VideoFormat video) ->
          video(out, "avc1", "avcC", configuration, video);
      case Codec.Hevc(Bytes configuration, _, VideoFormat video) ->
          video(out, "hvc1", "hvcC", configuration, video);
      case Codec.Aac(Bytes configuration, _, AudioFormat audio) ->
          audio(
              out,
              "mp4a",
              audio,
              () ->
                  Boxes.fullBox(
                      out, "esds", 0, 0, () -> Descriptors.writeEsds(out, configuration)));
      case Codec.Opus(Bytes configuration, _, AudioFormat audio) ->
          audio(
              out,
              "Opus",
              audio,
              () -> Boxes.box(out, "dOps", () -> Descriptors.writeDops(out, configuration)));
    }
  }

  private static void video(
      ByteWriter out,
      String type,
      String configurationType,
      Bytes configuration,
      VideoFormat video) {
    Boxes.box(
        out,
        type,
        () -> {
          out.zeros(6)
              .u16(1)
              .zeros(16)
              .u16(video.width())
              .u16(video.height())
              .i32(DPI_72)
              .i32(DPI_72)
              .i32(0)
              .u16(1);
          out.zeros(32).u16(24).u16(0xffff);
          Boxes.box(out, configurationType, () -> out.bytes(configuration));
          Boxes.box(out, "pasp", () -> out.i32(video.sarNum()).i32(video.sarDen()));
        });
  }

  private static void audio(
      ByteWriter out, String type, AudioFormat audio, Runnable configuration) {
    Boxes.box(
        out,
        type,
        () -> {
          out.zeros(6).u16(1).zeros(8).u16(audio.channels()).u16(16).zeros(4);
          // 16.16; rates beyond 16 bits are told by the configuration alone.
          out.u16(audio.sampleRate() <= 0xffff ? audio.sampleRate() : 0).u16(0);
          configuration.run();
        });
  }
}
