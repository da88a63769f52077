// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.container.ts.AccessUnit;
import dev.weir.container.ts.TransportStream;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.Overloaded;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.SegmentCuts;
import dev.weir.model.StoredPart;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.model.UnsupportedMedia;
import dev.weir.playback.session.SessionQuery;
import dev.weir.playback.session.SessionTracks;
import dev.weir.playback.session.SessionWindow;
import dev.weir.playback.session.SessionWindows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Segments of a session as transport streams of its video and its sound together. Each is made
 * whole before it is given: packets of tracks lie among one another, and how many there are is
 * known when all are written. Together they take at most a quarter of the heap. Thread-safe; blocks
 * on the archive.
 */
public final class TransportSegments {

  /** While a segment is made: its samples, what is written, and that again as it grows. */
  private static final int HELD_A_BYTE = 4;

  private final Archive archive;
  private final SessionWindows windows;
  private final ByteBudget budget = new ByteBudget(Runtime.getRuntime().maxMemory() / 4);

  public TransportSegments(Archive archive, SessionWindows windows) {
    this.archive = archive;
    this.windows = windows;
  }

  /**
   * Looks whether a session's first fragment can be carried.
   *
   * @throws UnsupportedMedia when it can't
   */
  public void check(StreamId stream, SessionQuery query) {
    try (SessionWindow window = windows.open(stream, query)) {
      window.shown().stream()
          .findFirst()
          .ifPresent(first -> new TransportStream(SessionTracks.of(window.timeline().run(first))));
    }
  }

  /**
   * One media segment.
   *
   * @throws NotFound when there is none
   * @throws UnsupportedMedia when a transport stream can't carry it
   * @throws Overloaded when too much is being sent
   */
  public ByteSource media(StreamId stream, FragmentNumber number, int segment) {
    try (Timeline timeline = archive.fragment(stream, number)) {
      FragmentEntry fragment = MediaSegments.fragment(timeline, number, segment);
      ByteBudget.Share share = budget.take(HELD_A_BYTE * fragment.payloadBytes());
      try {
        byte[] bytes = write(timeline.run(fragment), fragment, segment);
        share.shrinkTo(bytes.length);
        return new Concatenation(List.of(ByteSource.of(bytes)), share::close);
      } catch (RuntimeException e) {
        share.close();
        throw e;
      }
    }
  }

  private byte[] write(RunHeader run, FragmentEntry fragment, int segment) {
    List<Track> tracks = SessionTracks.of(run);
    var program = new TransportStream(tracks);
    var units = new ArrayList<AccessUnit>();
    for (int place = 0; place < tracks.size(); place++) {
      Track track = tracks.get(place);
      for (PartEntry part : SegmentCuts.cut(fragment, run, track.index()).get(segment)) {
        add(units, place, track, archive.readPart(fragment, part));
      }
    }
    if (units.isEmpty()) {
      throw new NotFound("nothing in this segment", "segment", "media", "none");
    }
    units.sort(Comparator.comparingLong(AccessUnit::dts));
    return program.write(units);
  }

  private static void add(List<AccessUnit> units, int place, Track track, StoredPart part) {
    int at = part.payload().position();
    for (Sample sample : part.samples()) {
      units.add(
          new AccessUnit(
              place,
              ticks(sample.decodeTime(), track),
              ticks(sample.presentationTime(), track),
              sample.sync(),
              part.payload().slice(at, sample.size())));
      at += sample.size();
    }
  }

  private static long ticks(long time, Track track) {
    long later = MediaSegments.TIME_SHIFT_SECONDS * track.timescale();
    return MediaTime.rescale(time + later, track.timescale(), TransportStream.TIMESCALE);
  }
}
