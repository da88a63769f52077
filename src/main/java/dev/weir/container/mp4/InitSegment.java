// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mp4;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Track;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the initialization segment of fragmented MP4: ftyp and moov without samples (ISO/IEC
 * 14496-12 § 8.8). Stateless.
 */
public final class InitSegment {

  private InitSegment() {}

  /** The segment for some tracks; each one's track_ID is its index plus one. */
  public static byte[] of(List<Track> tracks) {
    return of(tracks, Map.of(), 1000, 0);
  }

  /**
   * The segment of a fragmented file that is known whole.
   *
   * @param edits by track index; a track without one is shown from its first sample on
   * @param timescale of the movie, ticks a second
   * @param duration of all fragments, movie ticks; 0 when it is not known
   */
  public static byte[] of(
      List<Track> tracks, Map<Integer, EditList> edits, int timescale, long duration) {
    var out = new ByteWriter(2048);
    Boxes.box(out, "ftyp", () -> brands(out, "iso6", "cmfc"));
    Boxes.box(
        out,
        "moov",
        () -> {
          TrackBoxes.movieHeader(
              out,
              timescale,
              0,
              1 + tracks.stream().mapToInt(InitSegment::trackId).max().orElse(0));
          tracks.forEach(track -> track(out, track, Optional.ofNullable(edits.get(track.index()))));
          Boxes.box(
              out,
              "mvex",
              () -> {
                if (duration > 0) {
                  Boxes.fullBox(out, "mehd", 1, 0, () -> out.i64(duration));
                }
                tracks.forEach(track -> extend(out, track));
              });
        });
    return out.toArray();
  }

  static int trackId(Track track) {
    return track.index() + 1;
  }

  static void brands(ByteWriter out, String major, String also) {
    out.i32(Boxes.fourCc(major))
        .i32(0)
        .i32(Boxes.fourCc(major))
        .i32(Boxes.fourCc(also))
        .i32(Boxes.fourCc("mp41"));
  }

  private static void track(ByteWriter out, Track track, Optional<EditList> edit) {
    Boxes.box(
        out,
        "trak",
        () -> {
          TrackBoxes.trackHeader(out, track, trackId(track), 0);
          edit.ifPresent(each -> each.write(out));
          Boxes.box(
              out,
              "mdia",
              () -> {
                TrackBoxes.mediaHeader(out, track, 0);
                Boxes.box(out, "minf", () -> media(out, track));
              });
        });
  }

  private static void media(ByteWriter out, Track track) {
    TrackBoxes.mediaInformation(out, track);
    Boxes.box(
        out,
        "stbl",
        () -> {
          SampleEntries.write(out, track.codec());
          Boxes.fullBox(out, "stts", 0, 0, () -> out.i32(0));
          Boxes.fullBox(out, "stsc", 0, 0, () -> out.i32(0));
          Boxes.fullBox(out, "stsz", 0, 0, () -> out.i32(0).i32(0));
          Boxes.fullBox(out, "stco", 0, 0, () -> out.i32(0));
        });
  }

  private static void extend(ByteWriter out, Track track) {
    Boxes.fullBox(out, "trex", 0, 0, () -> out.i32(trackId(track)).i32(1).i32(0).i32(0).i32(0));
  }
}
