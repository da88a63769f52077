// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.model.TrackKind;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds the sample that is shown at an instant, and the sync sample from which it can be decoded.
 * Thread-safe; blocks on the archive.
 */
final class PictureFinder {

  /** Fragments this near are looked at with the one that covers the instant: leading pictures. */
  static final long NEIGHBOURHOOD_NS = 2 * MediaTime.NANOS_PER_SECOND;

  /** How far back a key frame is looked for. */
  private static final long LONGEST_LOOK_BACK_NS = 600 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final long aheadNs;

  PictureFinder(Archive archive) {
    this(archive, NEIGHBOURHOOD_NS);
  }

  /**
   * @param aheadNs how far beyond the instant samples are looked at as well
   */
  PictureFinder(Archive archive, long aheadNs) {
    this.archive = archive;
    this.aheadNs = aheadNs;
  }

  /** What was found: a sample, and the sync sample from which it can be decoded. */
  record Found(VideoRun run, int sync, int sample) {}

  /** What is done with it while its files are held. */
  interface Use<T> {
    T of(Found found);
  }

  /**
   * Uses what is shown at that moment.
   *
   * @throws NotFound when nothing is
   */
  <T> T find(StreamId stream, When when, Use<T> use) {
    return switch (when) {
      case When.Latest _ -> latest(stream, use);
      case When.At at when at.clock() == Clock.PRODUCER ->
          atProducerTime(stream, at.utcNs(), Optional.empty(), use);
      case When.At at -> atServerTime(stream, at.utcNs(), use);
    };
  }

  /** By the server's clock only fragments have a time; within one, the producer's clock goes on. */
  private <T> T atServerTime(StreamId stream, long serverNs, Use<T> use) {
    RunId run;
    long producerNs;
    try (Timeline timeline = archive.find(stream, instant(serverNs), Clock.SERVER)) {
      FragmentEntry covering =
          timeline.fragments().stream()
              .filter(each -> hasVideo(timeline, each))
              .max(Comparator.comparingLong(FragmentEntry::serverTimeNs))
              .orElseThrow(() -> nothing(TimeRange.instant(serverNs).toString()));
      run = covering.run();
      producerNs = covering.producerTimeNs() + (serverNs - covering.serverTimeNs());
    }
    return atProducerTime(stream, producerNs, Optional.of(run), use);
  }

  /**
   * @param only the run that is meant; empty for any
   */
  <T> T atProducerTime(StreamId stream, long producerNs, Optional<RunId> only, Use<T> use) {
    try (Timeline timeline = around(stream, producerNs)) {
      for (RunId run : runs(timeline)) {
        if (only.isPresent() && !only.get().equals(run)) {
          continue;
        }
        VideoRun video = video(timeline, run);
        OptionalInt shown = video.shownAt(producerNs);
        if (shown.isPresent()) {
          return decodable(stream, video, shown.getAsInt(), use);
        }
      }
    }
    throw nothing(TimeRange.instant(producerNs).toString());
  }

  private <T> T latest(StreamId stream, Use<T> use) {
    try (Timeline live = archive.liveEdge(stream, NEIGHBOURHOOD_NS)) {
      for (FragmentEntry fragment : live.fragments().reversed()) {
        if (hasVideo(live, fragment)) {
          VideoRun video = video(live, fragment.run());
          return decodable(stream, video, video.last().orElseThrow(), use);
        }
      }
    }
    // Nothing came in live order: what was back-filled last in time.
    long end = archive.status(stream).lastProducerNs();
    try (Timeline timeline = around(stream, end)) {
      for (RunId run : runs(timeline)) {
        VideoRun video = video(timeline, run);
        OptionalInt last = video.last();
        if (last.isPresent()) {
          return decodable(stream, video, last.getAsInt(), use);
        }
      }
    }
    throw nothing("latest");
  }

  /** Goes back to a sync sample, through earlier fragments of the run if need be. */
  private <T> T decodable(StreamId stream, VideoRun video, int sample, Use<T> use) {
    OptionalInt sync = video.syncFor(sample);
    if (sync.isPresent()) {
      return use.of(new Found(video, sync.getAsInt(), sample));
    }
    long wantedNs = video.timeNs(sample);
    long wantedDecodeTime = video.sample(sample).decodeTime();
    long reachNs = 2 * NEIGHBOURHOOD_NS;
    while (true) {
      var range = new TimeRange(wantedNs - reachNs, wantedNs + aheadNs);
      try (Timeline longer = archive.find(stream, range, Clock.PRODUCER)) {
        VideoRun whole = video(longer, video.run().run());
        OptionalInt at = whole.indexOf(wantedDecodeTime);
        OptionalInt start = at.isPresent() ? whole.syncFor(at.getAsInt()) : at;
        if (start.isPresent()) {
          return use.of(new Found(whole, start.getAsInt(), at.getAsInt()));
        }
        boolean reachedItsStart = whole.startsAtNs() > wantedNs - reachNs;
        if (reachedItsStart || reachNs > LONGEST_LOOK_BACK_NS) {
          throw new NotFound(
              "no key frame before the picture",
              "the time asked for",
              "a key frame of the run in the " + reachNs / MediaTime.NANOS_PER_SECOND + " s before",
              "none");
        }
      }
      reachNs *= 2;
    }
  }

  private Timeline around(StreamId stream, long producerNs) {
    long from = Math.max(producerNs, Long.MIN_VALUE + NEIGHBOURHOOD_NS) - NEIGHBOURHOOD_NS;
    long to = Math.min(producerNs, Long.MAX_VALUE - aheadNs) + aheadNs;
    return archive.find(stream, new TimeRange(from, to), Clock.PRODUCER);
  }

  private static TimeRange instant(long ns) {
    return new TimeRange(Math.min(ns, Long.MAX_VALUE - 1), Math.min(ns, Long.MAX_VALUE - 1) + 1);
  }

  static boolean hasVideo(Timeline timeline, FragmentEntry fragment) {
    var main = timeline.run(fragment).mainTrack();
    return main.kind() == TrackKind.VIDEO && !fragment.parts(main.index()).isEmpty();
  }

  /** The runs with video: those in live order first, then the one pushed last. */
  private static List<RunId> runs(Timeline timeline) {
    var runs = new LinkedHashSet<RunId>();
    timeline.fragments().stream()
        .filter(each -> hasVideo(timeline, each))
        .sorted(
            Comparator.<FragmentEntry, Boolean>comparing(each -> each.live().isEmpty())
                .thenComparing(FragmentEntry::number, Comparator.reverseOrder()))
        .forEach(each -> runs.add(each.run()));
    return List.copyOf(runs);
  }

  private VideoRun video(Timeline timeline, RunId run) {
    List<FragmentEntry> fragments =
        timeline.fragments().stream().filter(each -> each.run().equals(run)).toList();
    if (fragments.isEmpty()) {
      throw nothing("deleted meanwhile");
    }
    return new VideoRun(archive, timeline.run(fragments.getFirst()), fragments);
  }

  private static NotFound nothing(String at) {
    return new NotFound("no picture was recorded", "the time asked for", "a time with video", at);
  }
}
