// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.MediaTime;
import dev.weir.model.PartEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.Sample;
import dev.weir.model.SegmentCuts;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import dev.weir.model.Track;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is recorded and what is missing, without its bytes. Thread-safe; blocks on the archive. */
public final class Recordings {

  private final Archive archive;

  public Recordings(Archive archive) {
    this.archive = archive;
  }

  /** A fragment and its run. Immutable. */
  public record Item(FragmentEntry fragment, RunHeader run) {}

  /** A place in the order of fragments: after this start (UTC ns) and number. Immutable. */
  public record Place(long startNs, String number) {

    boolean isBefore(FragmentEntry fragment, Clock clock) {
      long start = clock.startNs(fragment);
      return start > startNs
          || (start == startNs && fragment.number().toString().compareTo(number) > 0);
    }
  }

  /** Recorded ranges and what lies between them, in order. Immutable. */
  public record Coverage(List<TimeRange> ranges, List<Gap> gaps) {}

  /** Why nothing can be recorded now; empty while it can. */
  public Optional<StorageFailure> refused() {
    return archive.refused();
  }

  public StreamStatus status(StreamId stream) {
    return archive.status(stream);
  }

  /** Fragments that meet a range, from a place on, in order of time, at most {@code limit}. */
  public List<Item> fragments(
      StreamId stream, TimeRange range, Clock clock, Optional<Place> after, int limit) {
    try (Timeline timeline = archive.findAll(stream, rest(range, after), clock)) {
      return items(timeline, clock, after, limit);
    }
  }

  /** The same, but by the producer's clock without those that repeat others. */
  public List<Item> played(
      StreamId stream, TimeRange range, Clock clock, Optional<Place> after, int limit) {
    try (Timeline timeline = archive.find(stream, rest(range, after), clock)) {
      return items(timeline, clock, after, limit);
    }
  }

  /** A place in the order, not a count, so that pages stay right while fragments come and go. */
  private static TimeRange rest(TimeRange range, Optional<Place> after) {
    return after
        .map(place ->
            new TimeRange(
                Math.max(range.fromNs(), place.startNs), Math.max(range.toNs(), place.startNs)))
        .orElse(range);
  }

  private static List<Item> items(
      Timeline timeline, Clock clock, Optional<Place> after, int limit) {
    return timeline.fragments().stream()
        .filter(each -> after.isEmpty() || after.get().isBefore(each, clock))
        .limit(limit)
        .map(each -> new Item(each, timeline.run(each)))
        .toList();
  }

  /**
   * Recorded ranges.
   *
   * @param stepNs fragments nearer to each other than this are one range
   */
  public Coverage coverage(StreamId stream, TimeRange range, Clock clock, long stepNs) {
    var ranges = new ArrayList<TimeRange>();
    var gaps = new ArrayList<Gap>();
    try (Timeline timeline = archive.find(stream, range, clock)) {
      long from = 0;
      long to = Long.MIN_VALUE;
      for (FragmentEntry fragment : timeline.fragments()) {
        long start = clock.startNs(fragment);
        if (to == Long.MIN_VALUE) {
          from = start;
        } else if (start - to > stepNs) {
          ranges.add(new TimeRange(from, to));
          gaps.add(gap(timeline.gaps(), to, start));
          from = start;
        }
        to = Math.max(to, start + fragment.durationNs());
      }
      if (to != Long.MIN_VALUE) {
        ranges.add(new TimeRange(from, to));
      }
      if (clock == Clock.PRODUCER) {
        long end = to;
        timeline.gaps().stream().filter(gap -> gap.fromNs() >= end).forEach(gaps::add);
      }
    }
    return new Coverage(List.copyOf(ranges), List.copyOf(gaps));
  }

  /** From a fragment's first frame to its last, without the last one's own duration. */
  public long firstToLastFrameNs(Item item) {
    FragmentEntry fragment = item.fragment();
    Track track = SegmentCuts.leadingTrack(fragment, item.run());
    List<PartEntry> parts = fragment.parts(track.index());
    if (parts.isEmpty()) {
      return 0;
    }
    return archive.readSamples(fragment, parts.getLast()).stream()
        .max(Comparator.comparingLong(Sample::presentationTime))
        .map(last -> fragment.durationNs() - MediaTime.toNanos(last.duration(), track.timescale()))
        .orElse(0L);
  }

  /** A hole between two recorded ranges: with the declared reason, or nothing was sent. */
  private static Gap gap(List<Gap> declared, long fromNs, long toNs) {
    Optional<Gap> known =
        declared.stream().filter(each -> each.fromNs() < toNs && each.toNs() >= fromNs).findFirst();
    return new Gap(
        fromNs,
        toNs,
        known.map(Gap::reason).orElse(GapReason.SOURCE),
        known.map(Gap::detail).orElse("nothing was sent"),
        Optional.empty());
  }
}
