// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.bytes.ByteSource;
import dev.weir.container.mp4.InitSegment;
import dev.weir.container.mp4.MovieFragmentHeader;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Track;
import dev.weir.playback.LazyBytes;
import dev.weir.playback.StoredPayload;
import java.util.ArrayList;
import java.util.List;

/**
 * Endless fragmented MP4: decode time zero is that of the earliest sample of the first fragment.
 * Confined to one thread at a time.
 */
final class LiveMp4 implements LiveWriter {

  private final Archive archive;
  private final List<Track> tracks;
  private final long zeroNs;
  private int sequenceNumber;

  LiveMp4(Archive archive, FragmentEntry first, RunHeader run) {
    this.archive = archive;
    this.tracks = run.tracks();
    long earliest = Long.MAX_VALUE;
    for (PartEntry part : first.parts()) {
      Track track = tracks.get(part.trackIndex());
      earliest = Math.min(earliest, run.producerTimeNs(track, part.baseDecodeTime()));
    }
    this.zeroNs = earliest;
  }

  @Override
  public byte[] head() {
    return InitSegment.of(tracks);
  }

  @Override
  public List<ByteSource> fragment(FragmentEntry fragment, RunHeader run) {
    var pieces = new ArrayList<ByteSource>();
    for (PartEntry part : fragment.parts()) {
      Track track = tracks.get(part.trackIndex());
      long shift = MediaTime.toTicks(run.anchorProducerNs() - zeroNs, track.timescale());
      long decodeTime = part.baseDecodeTime() + shift;
      if (decodeTime < 0) {
        // Audio from before the first fragment that came late: tfdt has no sign.
        continue;
      }
      int number = ++sequenceNumber;
      pieces.add(
          new LazyBytes(
              MovieFragmentHeader.bytes(part.sampleCount()),
              () ->
                  MovieFragmentHeader.of(
                      track.index() + 1, number, decodeTime, archive.readSamples(fragment, part))));
      pieces.add(new StoredPayload(archive, fragment, part));
    }
    return pieces;
  }
}
