// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.bytes.ByteSource;
import dev.weir.container.mkv.MatroskaWriter;
import dev.weir.container.mkv.MatroskaWriter.Block;
import dev.weir.container.mkv.MatroskaWriter.Cue;
import dev.weir.container.mp4.EditList;
import dev.weir.container.mp4.ProgressiveMovie;
import dev.weir.container.mp4.TrackTable;
import dev.weir.model.MediaTime;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Key frames as a film without sound, the pieces of its file in order: picture <i>i</i> is shown at
 * <i>i</i> / rate seconds. Stateless.
 */
final class TimelapseFilm {

  private TimelapseFilm() {}

  /** All tables first, then the pictures as they are stored. */
  static List<ByteSource> mp4(List<StoredKeyFrame> pictures, int rate) {
    var table = new TrackTable(track(pictures, rate));
    long payload = 0;
    for (int i = 0; i < pictures.size(); i++) {
      table.chunk(payload);
      table.add(i, i, Math.toIntExact(pictures.get(i).length()), true);
      payload += pictures.get(i).length();
    }
    table.end(1);
    var shown = new ProgressiveMovie.TrackOfMovie(table, new EditList(0, 0, pictures.size()));
    var pieces = new ArrayList<ByteSource>();
    pieces.add(
        ByteSource.of(ProgressiveMovie.header(List.of(shown), rate, pictures.size(), payload)));
    pieces.addAll(pictures);
    return pieces;
  }

  /** Cues in front, a cluster a picture. */
  static List<ByteSource> matroska(List<StoredKeyFrame> pictures, int rate) {
    Track track = track(pictures, rate);
    var writer = new MatroskaWriter(List.of(track), MediaTime.NANOS_PER_MILLI);
    byte[] head =
        writer.segmentHead(
            OptionalLong.of(writer.units(ns(pictures.size(), rate))), pictures.getFirst().timeNs());
    var clusters = new ArrayList<ByteSource>();
    var cues = new ArrayList<Cue>();
    long at = (long) head.length + MatroskaWriter.cuesBytes(pictures.size());
    for (int i = 0; i < pictures.size(); i++) {
      long timestamp = writer.timestamp(track, ns(i, rate));
      int size = Math.toIntExact(pictures.get(i).length());
      var block = new Block(track.index(), timestamp, size, true, false, 0);
      byte[] around = MatroskaWriter.clusterHead(block);
      cues.add(new Cue(track.index(), timestamp, at));
      clusters.add(ByteSource.of(around));
      clusters.add(pictures.get(i));
      at += around.length + size;
    }
    var pieces = new ArrayList<ByteSource>();
    pieces.add(ByteSource.of(writer.fileHead(OptionalLong.of(at))));
    pieces.add(ByteSource.of(head));
    pieces.add(ByteSource.of(MatroskaWriter.cues(cues)));
    pieces.addAll(clusters);
    return pieces;
  }

  private static Track track(List<StoredKeyFrame> pictures, int rate) {
    Track stored = pictures.getFirst().track();
    return new Track(0, rate, stored.language(), stored.codec());
  }

  private static long ns(int picture, int rate) {
    return MediaTime.toNanos(picture, rate);
  }
}
