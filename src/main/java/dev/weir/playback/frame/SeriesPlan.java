// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.decode.CodedSample;
import dev.weir.decode.DecodeRequest;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.NotFound;
import dev.weir.model.RunId;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The instants of a series, gathered by the key frame from which their pictures are decoded, so
 * that each is decoded from once. Confined to one thread; blocks on the archive.
 */
final class SeriesPlan implements Passes {

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
  private long nextNs;
  private long lastPlannedNs = Long.MIN_VALUE;

  /** All runs; the instants count from the range's beginning. */
  SeriesPlan(Archive archive, StreamId stream, TimeRange range, long everyNs, boolean nearestKey) {
    this(
        archive,
        stream,
        Optional.empty(),
        bounded(archive, stream, range),
        range.fromNs(),
        everyNs,
        nearestKey);
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
      boolean nearestKey) {
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

  @Override
  public Optional<Pass> next() {
    while (nextNs < toNs) {
      long ns = nextNs;
      Optional<Pass> pass = at(ns);
      if (pass.isEmpty() && nextNs == ns) {
        nextNs = afterHole(ns);
      }
      if (pass.isPresent() && !pass.get().timesNs().isEmpty()) {
        return pass;
      }
    }
    return Optional.empty();
  }

  private Optional<Pass> at(long ns) {
    for (long aheadNs = AHEAD_NS; ; aheadNs *= 4) {
      long reachNs = aheadNs;
      try {
        Optional<Pass> pass =
            new PictureFinder(archive, reachNs)
                .atProducerTime(stream, ns, only, found -> pass(found, ns, reachNs));
        if (pass.isPresent()) {
          return pass;
        }
      } catch (NotFound e) {
        return Optional.empty();
      }
    }
  }

  /** Empty when the key frame's pictures go on beyond what was looked at. */
  private Optional<Pass> pass(PictureFinder.Found found, long ns, long reachNs) {
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
          return Optional.empty();
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
    List<CodedSample> samples =
        times.isEmpty() || tooMuch(bytes, last - found.sync() + 1)
            ? List.of()
            : run.coded(found.sync(), last);
    return Optional.of(
        new Pass(
            run.track().codec(), samples, samples.isEmpty() ? new TreeMap<Long, Long>() : times));
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
