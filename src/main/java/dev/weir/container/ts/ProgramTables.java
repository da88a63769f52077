// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.ts;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Codec;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes the sections that say what a transport stream is made of: one program, one section each
 * (ISO/IEC 13818-1 § 2.4.4). Stateless.
 */
final class ProgramTables {

  static final int PAT_PID = 0;
  static final int PMT_PID = 0x1000;

  private static final int FIRST_PID = 0x100;
  private static final int PROGRAM = 1;
  private static final int PAT_TABLE = 0;
  private static final int PMT_TABLE = 2;
  private static final int CRC_BYTES = 4;

  private ProgramTables() {}

  /** The PID of a track, by its place among those of the program. */
  static int pid(int place) {
    return FIRST_PID + place;
  }

  /** program_association_section. */
  static byte[] pat() {
    return section(PAT_TABLE, body -> body.u16(PROGRAM).u16(0xe000 | PMT_PID));
  }

  /**
   * TS_program_map_section; the first track carries the clock.
   *
   * @throws UnsupportedMedia when there is no stream_type of a track's codec
   */
  static byte[] pmt(List<Track> tracks) {
    return section(
        PMT_TABLE,
        body -> {
          body.u16(0xe000 | pid(0)).u16(0xf000);
          for (int i = 0; i < tracks.size(); i++) {
            body.u8(streamType(tracks.get(i).codec())).u16(0xe000 | pid(i)).u16(0xf000);
          }
        });
  }

  private static int streamType(Codec codec) {
    return switch (codec) {
      case Codec.Avc _ -> 0x1b;
      case Codec.Hevc _ -> 0x24;
      case Codec.Aac _ -> 0x0f;
      case Codec.Opus _ ->
          throw new UnsupportedMedia(
              "codec in a transport stream", "track", "H.264, HEVC or AAC", codec.shortName());
    };
  }

  /** A section of version 0, current, the only one of its table. */
  private static byte[] section(int tableId, Consumer<ByteWriter> content) {
    var body = new ByteWriter(64);
    body.u16(PROGRAM).u8(0xc1).u8(0).u8(0);
    content.accept(body);
    var section = new ByteWriter(80);
    section.u8(tableId).u16(0xb000 | (body.size() + CRC_BYTES)).bytes(body.asBuffer());
    return section.i32(Crc32Mpeg.of(section.toArray())).toArray();
  }
}
