// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.decode.DecodeRequest;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The instants of a series, gathered by the key frame from which their pictures are decoded, so
 * that each is decoded from once. Confined to one thread; blocks on the archive.
 *
 * @param <T> what is made of a key frame and its pictures
 */
final class SeriesPlan<T> {

  /** What is made of a key frame and its pictures while their files are held. */
  interface Use<T> {

    /**
     * Uses them.
     *
     * @param sync the key frame
     * @param last the last sample that is needed
     * @param timesNs producer times of the pictures by presentation time, at least one
     */
    Optional<T> of(VideoRun run, int sync, int last, SortedMap<Long, Long> timesNs);
  }

  /** What came of an instant; not decided when more must be looked at. */
  private record Step<T>(boolean decided, Optional<T> made) {}

  /** How far beyond an instant samples are looked at with it, at first and at most. */
  private static final long AHEAD_NS = 10 * MediaTime.NANOS_PER_SECOND;

  private static final long FARTHEST_AHEAD_NS = 160 * MediaTime.NANOS_PER_SECOND;

  /** A hole is crossed in steps, so that what lies beyond it need not be in memory as a whole. */
  private static final long STRIDE_NS = 3600 * MediaTime.NANOS_PER_SECOND;

  private final Archive archive;
  private final StreamId stream;
  private final Optional<RunId> only;
  private final long fromNs;
  private final long toNs;
  private final long everyNs;
  private final boolean nearestKey;
  private final Use<T> use;
  private long nextNs;
  private long lastPlannedNs = Long.MIN_VALUE;

  /** All runs; the instants count from the range's beginning. */
  SeriesPlan(
      Archive archive,
      StreamId stream,
      TimeRange range,
      long everyNs,
      boolean nearestKey,
      Use<T> use) {
    this(
        archive,
        stream,
        Optional.empty(),
        bounded(archive, stream, range),
        range.fromNs(),
        everyNs,
        nearestKey,
        use);
  }

  /**
   * @param only the run that is looked at; empty for all
   * @param gridNs one of the instants
   */
  SeriesPlan(
      Archive archive,
      StreamId stream,
      Optional<RunId> only,
      TimeRange range,
      long gridNs,
      long everyNs,
      boolean nearestKey,
      Use<T> use) {
    if (everyNs <= 0) {
      throw new IllegalArgumentException("every " + everyNs + " ns");
    }
    this.archive = archive;
    this.stream = stream;
    this.only = only;
    this.fromNs = gridNs == Long.MIN_VALUE ? range.fromNs() : gridNs;
    this.toNs = range.toNs();
    this.everyNs = everyNs;
    this.nearestKey = nearestKey;
    this.use = use;
    this.nextNs = atOrAfter(range.fromNs());
  }

  /** The range cut to what is recorded. */
  private static TimeRange bounded(Archive archive, StreamId stream, TimeRange range) {
    StreamStatus status = archive.status(stream);
    long fromNs = Math.max(range.fromNs(), status.firstProducerNs());
    return new TimeRange(fromNs, Math.max(fromNs, Math.min(range.toNs(), status.lastProducerNs())));
  }

  /** The first instant not before a time. */
  private long atOrAfter(long ns) {
    return fromNs + Math.ceilDiv(ns - fromNs, everyNs) * everyNs;
  }

  /** What was made of the next key frame; empty at the end. */
  Optional<T> next() {
    while (nextNs < toNs) {
      long ns = nextNs;
      Optional<T> made = at(ns);
      if (made.isPresent()) {
        return made;
      }
      if (nextNs == ns) {
        nextNs = afterHole(ns);
      }
    }
    return Optional.empty();
  }

  private Optional<T> at(long ns) {
    for (long aheadNs = AHEAD_NS; ; aheadNs *= 4) {
      long reachNs = aheadNs;
      try {
        Step<T> step =
            new PictureFinder(archive, reachNs)
                .atProducerTime(stream, ns, only, found -> step(found, ns, reachNs));
        if (step.decided) {
          return step.made;
        }
      } catch (NotFound e) {
        return Optional.empty();
      }
    }
  }

  /** Not decided when the key frame's pictures go on beyond what was looked at. */
  private Step<T> step(PictureFinder.Found found, long ns, long reachNs) {
    VideoRun run = found.run();
    // What is shown near the end of what was looked at may be decided by what comes after.
    long sureNs = ns + reachNs - PictureFinder.NEIGHBOURHOOD_NS;
    var times = new TreeMap<Long, Long>();
    int last = found.sync();
    long bytes = 0;
    int counted = found.sync();
    long at = ns;
    long plannedNs = lastPlannedNs;
    for (; at < toNs; at += everyNs) {
      OptionalInt shown = run.shownAt(at);
      if (shown.isEmpty() || run.syncFor(shown.getAsInt()).orElse(-1) != found.sync()) {
        break;
      }
      if (at >= sureNs) {
        if (reachNs < FARTHEST_AHEAD_NS) {
          return new Step<>(false, Optional.empty());
        }
        break;
      }
      int picture = nearestKey ? found.sync() : shown.getAsInt();
      for (; counted <= picture; counted++) {
        bytes += run.sample(counted).size();
      }
      if (tooMuch(bytes, counted - found.sync()) && at > ns) {
        break;
      }
      last = Math.max(last, picture);
      long timeNs = run.timeNs(picture);
      if (timeNs > plannedNs) {
        plannedNs = timeNs;
        times.put(run.sample(picture).presentationTime(), timeNs);
      }
    }
    nextNs = at;
    lastPlannedNs = plannedNs;
    return new Step<>(
        true,
        times.isEmpty() || tooMuch(bytes, last - found.sync() + 1)
            ? Optional.empty()
            : use.of(run, found.sync(), last, times));
  }

  private static boolean tooMuch(long bytes, int samples) {
    return bytes > DecodeRequest.MAX_BYTES || samples > DecodeRequest.MAX_SAMPLES;
  }

  /** The first instant at which there may be a picture again. */
  private long afterHole(long ns) {
    for (long stepNs = ns; stepNs < toNs; stepNs += STRIDE_NS) {
      var stride = new TimeRange(stepNs, Math.min(toNs, stepNs + STRIDE_NS));
      try (Timeline timeline = archive.find(stream, stride, Clock.PRODUCER)) {
        OptionalLong start =
            timeline.fragments().stream()
                .filter(each -> PictureFinder.hasVideo(timeline, each))
                .filter(each -> each.producerEndNs() > ns)
                .mapToLong(FragmentEntry::producerTimeNs)
                .min();
        if (start.isPresent()) {
          return Math.max(atOrAfter(start.getAsLong()), ns + everyNs);
        }
      }
    }
    return toNs;
  }
}
