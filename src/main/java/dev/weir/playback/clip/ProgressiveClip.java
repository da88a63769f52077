// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.clip;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.container.mp4.ProgressiveMovie;
import dev.weir.container.mp4.ProgressiveMovie.TrackOfMovie;
import dev.weir.container.mp4.TrackTable;
import dev.weir.model.Sample;
import dev.weir.model.Track;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A clip as progressive MP4: all tables first, then slices of stored payload. Stateless. */
final class ProgressiveClip {

  private ProgressiveClip() {}

  static ByteSource of(Archive archive, ClipPlan plan, Runnable onClose) {
    Map<Integer, TrackTable> tables = new HashMap<>();
    Map<Integer, Integer> lastDurations = new HashMap<>();
    plan.tracks().forEach(track -> tables.put(track.index(), new TrackTable(ClipTracks.of(track))));
    var body =
        new SliceBody(
            plan.slices(),
            slice -> slice.payloadBytes(archive),
            slice -> new SlicePayload(archive, slice));
    for (int i = 0; i < plan.slices().size(); i++) {
      Slice slice = plan.slices().get(i);
      TrackTable table = table(tables, slice.track());
      table.chunk(body.start(i));
      for (Sample sample : slice.clipSamples(archive)) {
        table.add(sample.decodeTime(), sample.presentationTime(), sample.size(), sample.sync());
        lastDurations.put(slice.track().index(), sample.duration());
      }
    }
    List<TrackOfMovie> tracks =
        plan.tracks().stream()
            .map(track -> {
              TrackTable table = table(tables, track);
              table.end(lastDurations.getOrDefault(track.index(), 1));
              return new TrackOfMovie(table, Edits.of(plan, track, table.firstDecodeTime()));
            })
            .toList();
    byte[] header =
        ProgressiveMovie.header(
            tracks, plan.movieTimescale(), Edits.movieDuration(plan), body.length());
    return new Concatenation(List.of(ByteSource.of(header), body), onClose);
  }

  private static TrackTable table(Map<Integer, TrackTable> tables, Track track) {
    TrackTable table = tables.get(track.index());
    if (table == null) {
      throw new IllegalStateException("no table of track " + track.index());
    }
    return table;
  }
}
