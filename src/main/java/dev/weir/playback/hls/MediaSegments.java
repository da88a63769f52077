// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.container.mp4.InitSegment;
import dev.weir.container.mp4.MovieFragmentHeader;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.NotFound;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.SegmentCuts;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.playback.LazyBytes;
import dev.weir.playback.StoredPayload;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments that playlists name: a pure function of stored parts, so an address never changes
 * its bytes. Per part one moof and mdat, so that low-latency parts will be exact slices.
 * Thread-safe; blocks on the archive.
 */
public final class MediaSegments {

  /**
   * Added to every decode time: the first frames of a run decode before its media time zero, and
   * tfdt has no sign. The same for all tracks and runs.
   */
  public static final long TIME_SHIFT_SECONDS = 10;

  private final Archive archive;

  public MediaSegments(Archive archive) {
    this.archive = archive;
  }

  /**
   * The initialization segment of one track of a run.
   *
   * @throws NotFound when no fragment of the run is stored, or it has no such track
   */
  public ByteSource init(StreamId stream, RunId run, int trackIndex) {
    RunHeader header =
        archive
            .run(stream, run)
            .orElseThrow(() -> new NotFound("no such run", "run", "a stored run", run.toString()));
    return ByteSource.of(InitSegment.of(List.of(track(header, trackIndex))));
  }

  /**
   * One media segment.
   *
   * @throws NotFound when there is none
   */
  public ByteSource media(StreamId stream, FragmentNumber number, int segment, int trackIndex) {
    return media(stream, number, segment, trackIndex, 0);
  }

  /**
   * One media segment at another place in time.
   *
   * @param laterTicks added to its decode times
   * @throws NotFound when there is none
   */
  public ByteSource media(
      StreamId stream, FragmentNumber number, int segment, int trackIndex, long laterTicks) {
    Timeline timeline = archive.fragment(stream, number);
    try {
      FragmentEntry fragment = fragment(timeline, number, segment);
      RunHeader run = timeline.run(fragment);
      Track track = track(run, trackIndex);
      List<PartEntry> parts = SegmentCuts.cut(fragment, run, trackIndex).get(segment);
      if (parts.isEmpty()) {
        throw new NotFound("nothing of this track in this segment", "track", "media", "none");
      }
      var pieces = new ArrayList<ByteSource>();
      for (PartEntry part : parts) {
        pieces.add(header(fragment, part, track, laterTicks));
        pieces.add(new StoredPayload(archive, fragment, part));
      }
      return new Concatenation(pieces, timeline::close);
    } catch (RuntimeException e) {
      timeline.close();
      throw e;
    }
  }

  /**
   * The fragment of a timeline of one.
   *
   * @throws NotFound when it is not there, or has no such segment
   */
  static FragmentEntry fragment(Timeline timeline, FragmentNumber number, int segment) {
    if (timeline.fragments().isEmpty()) {
      throw new NotFound("no such fragment", "fragment", "a stored fragment", number.toString());
    }
    FragmentEntry fragment = timeline.fragments().getFirst();
    if (segment < 0 || segment >= fragment.segmentCount()) {
      throw new NotFound(
          "no such segment",
          "segment",
          "0 to " + (fragment.segmentCount() - 1),
          Integer.toString(segment));
    }
    return fragment;
  }

  private ByteSource header(FragmentEntry fragment, PartEntry part, Track track, long laterTicks) {
    return new LazyBytes(
        MovieFragmentHeader.bytes(part.sampleCount()),
        () ->
            MovieFragmentHeader.of(
                track.index() + 1,
                (int) (fragment.number().counter() & Integer.MAX_VALUE),
                part.baseDecodeTime() + laterTicks + TIME_SHIFT_SECONDS * track.timescale(),
                archive.readSamples(fragment, part)));
  }

  private static Track track(RunHeader run, int index) {
    if (index < 0 || index >= run.tracks().size()) {
      throw new NotFound(
          "no such track", "track", "0 to " + (run.tracks().size() - 1), Integer.toString(index));
    }
    return run.tracks().get(index);
  }
}
