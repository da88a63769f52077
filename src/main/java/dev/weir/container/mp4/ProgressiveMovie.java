// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import java.util.List;

/**
 * Writes everything of a progressive file that stands before its payload: ftyp, moov and the header
 * of mdat, so that playing can begin with the first bytes (ISO/IEC 14496-12 § 8.2). Stateless.
 */
public final class ProgressiveMovie {

  private static final long OFFSET_LIMIT = 0xffff_ffffL;

  private ProgressiveMovie() {}

  /** One track: its samples, and which of them are shown. */
  public record TrackOfMovie(TrackTable table, EditList edit) {}

  /**
   * The bytes before the payload.
   *
   * @param tracks each one's track_ID is its index plus one
   * @param timescale of the movie, ticks a second
   * @param duration movie ticks
   * @param payloadBytes what follows
   */
  public static byte[] header(
      List<TrackOfMovie> tracks, int timescale, long duration, long payloadBytes) {
    // Offsets have a fixed width, so a first pass tells where the payload will begin.
    int measured = write(tracks, timescale, duration, payloadBytes, 0, false).length;
    boolean wide = measured + payloadBytes > OFFSET_LIMIT;
    if (wide) {
      measured = write(tracks, timescale, duration, payloadBytes, 0, true).length;
    }
    return write(tracks, timescale, duration, payloadBytes, measured, wide);
  }

  private static byte[] write(
      List<TrackOfMovie> tracks,
      int timescale,
      long duration,
      long payloadBytes,
      long payloadStart,
      boolean wide) {
    var out = new ByteWriter(1 << 16);
    Boxes.box(
        out,
        "ftyp",
        () ->
            out.i32(Boxes.fourCc("isom"))
                .i32(0x200)
                .i32(Boxes.fourCc("isom"))
                .i32(Boxes.fourCc("iso6"))
                .i32(Boxes.fourCc("mp41")));
    Boxes.box(
        out,
        "moov",
        () -> {
          int lastId =
              tracks.stream()
                  .mapToInt(each -> InitSegment.trackId(each.table().track()))
                  .max()
                  .orElse(0);
          TrackBoxes.movieHeader(out, timescale, duration, lastId + 1);
          tracks.forEach(each -> track(out, each, payloadStart, wide));
        });
    if (payloadBytes + 8 > OFFSET_LIMIT) {
      out.i32(1).i32(Boxes.fourCc("mdat")).i64(payloadBytes + 16);
    } else {
      out.u32(payloadBytes + 8).i32(Boxes.fourCc("mdat"));
    }
    return out.toArray();
  }

  private static void track(ByteWriter out, TrackOfMovie each, long payloadStart, boolean wide) {
    TrackTable table = each.table();
    EditList edit = each.edit();
    Boxes.box(
        out,
        "trak",
        () -> {
          TrackBoxes.trackHeader(
              out,
              table.track(),
              InitSegment.trackId(table.track()),
              edit.delay() + edit.duration());
          edit.write(out);
          Boxes.box(
              out,
              "mdia",
              () -> {
                TrackBoxes.mediaHeader(out, table.track(), table.duration());
                Boxes.box(
                    out,
                    "minf",
                    () -> {
                      TrackBoxes.mediaInformation(out, table.track());
                      table.write(out, payloadStart, wide);
                    });
              });
        });
  }
}
