// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Timeline;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunId;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one rendition is in a stretch of time: its track in each run that has one. A playlist speaks
 * of all of them. Immutable.
 *
 * @param tracks by run, in order of time; not empty
 * @param peakBitsPerSecond of its densest fragment
 * @param averageBitsPerSecond of all together
 */
record RenditionMedia(
    Rendition rendition,
    Map<RunId, Track> tracks,
    long peakBitsPerSecond,
    long averageBitsPerSecond) {

  /** Empty when no run has such a track. */
  static Optional<RenditionMedia> of(Timeline timeline, Rendition rendition) {
    var tracks = new LinkedHashMap<RunId, Track>();
    long peak = 1;
    long bytes = 0;
    long ns = 0;
    for (FragmentEntry fragment : timeline.fragments()) {
      Optional<Track> track = rendition.track(timeline.run(fragment));
      if (track.isEmpty()) {
        continue;
      }
      tracks.put(fragment.run(), track.get());
      long ownBytes = 0;
      long ownTicks = 0;
      for (PartEntry part : fragment.parts(track.get().index())) {
        ownBytes += part.recordBytes();
        ownTicks += part.durationTicks();
      }
      if (ownTicks > 0) {
        long ownNs = MediaTime.toNanos(ownTicks, track.get().timescale());
        peak = Math.max(peak, bitsPerSecond(ownBytes, ownNs));
        bytes += ownBytes;
        ns += ownNs;
      }
    }
    return tracks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RenditionMedia(rendition, tracks, peak, ns == 0 ? 1 : bitsPerSecond(bytes, ns)));
  }

  private static long bitsPerSecond(long bytes, long ns) {
    return Math.max(1, bytes * 8 * MediaTime.NANOS_PER_SECOND / Math.max(1, ns));
  }

  /** Codecs of all its tracks, as RFC 6381 has them, without repetition. */
  Set<String> codecs() {
    var codecs = new LinkedHashSet<String>();
    tracks.values().forEach(track -> codecs.add(track.codec().rfc6381()));
    return codecs;
  }

  /** The track of its newest run. */
  Track newest() {
    List<Track> all = new ArrayList<>(tracks.values());
    return all.getLast();
  }
}
