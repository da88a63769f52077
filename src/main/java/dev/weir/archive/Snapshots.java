// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.CheckReport.Contested;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.GapReason;
import dev.weir.model.LivePlace;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.store.FileIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Puts a {@link Timeline} together from open files and sealed ones. The open files are looked at
 * first: a file that is sealed meanwhile is then seen twice, never missed, and counted once.
 * Confined to one thread.
 */
final class Snapshots {

  private final StreamState stream;
  private final Function<ChunkFileId, FileIndex> readIndex;
  private final Leases leases;

  private final List<FragmentEntry> fragments = new ArrayList<>();
  private final Map<RunId, RunHeader> runs = new HashMap<>();
  private final List<Gap> gaps = new ArrayList<>();

  /** Taken already, or not to be seen yet. */
  private final Set<FragmentNumber> numbers = new HashSet<>();

  private final long version;
  private final List<Forgotten.Range> forgotten;
  private final Set<Contested> displaced;

  Snapshots(StreamState stream, Function<ChunkFileId, FileIndex> readIndex, Leases leases) {
    this.stream = stream;
    this.readIndex = readIndex;
    this.leases = leases;
    synchronized (stream) {
      version = stream.version;
      gaps.addAll(stream.looseGaps);
      forgotten = stream.forgotten.ranges();
      displaced = stream.displaced.all();
      numbers.addAll(stream.hidden);
    }
    stream.openIndexes().forEach(this::take);
  }

  private void take(FileIndex index) {
    for (FragmentEntry stored : index.fragments()) {
      FragmentEntry fragment = Displaced.seen(displaced, stored);
      if (numbers.add(fragment.number())) {
        if (forgotten.stream().anyMatch(each -> each.covers(fragment))) {
          gaps.add(gapOf(fragment));
        } else {
          fragments.add(fragment);
        }
      }
    }
    for (Gap gap : index.gaps()) {
      if (!gaps.contains(gap)) {
        gaps.add(gap);
      }
    }
    index.runs().forEach(run -> runs.put(run.run(), run));
  }

  private static Gap gapOf(FragmentEntry fragment) {
    return new Gap(
        fragment.producerTimeNs(),
        fragment.producerEndNs(),
        GapReason.FORGOTTEN,
        "deleted on request",
        fragment.live());
  }

  Snapshots sealed(List<FileRow> rows) {
    for (FileRow row : rows) {
      take(row);
    }
    return this;
  }

  /** A file that can never be read is a gap of its own range; the rest is shown. */
  private void take(FileRow row) {
    try {
      take(readIndex.apply(row.file()));
    } catch (WeirException e) {
      if (!SealedFiles.isLasting(e)) {
        throw e;
      }
      gaps.add(
          new Gap(
              row.producerFromNs(),
              row.producerToNs(),
              e instanceof CorruptRecord ? GapReason.CORRUPTION : GapReason.UNSUPPORTED,
              row.file() + ": " + e.getMessage(),
              Optional.empty()));
    }
  }

  /** Files that are listed and on no disk are gaps of their ranges. */
  Snapshots missing(List<FileRow> rows) {
    for (FileRow row : rows) {
      gaps.add(
          new Gap(
              row.producerFromNs(),
              row.producerToNs(),
              GapReason.STORAGE,
              row.file() + " is missing",
              Optional.empty()));
    }
    return this;
  }

  /**
   * The first fragments after a number, in order of number. Files are read only until there are
   * enough, so that a reader far behind does not read everything before it at each step.
   *
   * @param rows in order of their first counter
   */
  Snapshots sealedAfter(List<FileRow> rows, FragmentNumber number, int limit) {
    first(number, limit);
    for (FileRow row : rows) {
      if (fragments.size() == limit
          && row.firstCounter() > fragments.getLast().number().counter()) {
        break;
      }
      take(row);
      first(number, limit);
    }
    return this;
  }

  private void first(FragmentNumber number, int limit) {
    var _ = keep(each -> each.number().compareTo(number) > 0).byNumber(limit);
  }

  Snapshots keep(Predicate<FragmentEntry> wanted) {
    fragments.removeIf(wanted.negate());
    return this;
  }

  /**
   * Leaves out what repeats another fragment. Where that one is gone, the first of those that
   * repeat it stands in for it.
   */
  Snapshots withoutReplays() {
    var shown = new HashSet<FragmentNumber>();
    fragments.forEach(each -> shown.add(each.number()));
    fragments.sort(Comparator.comparing(FragmentEntry::number));
    fragments.removeIf(
        each -> each.duplicateOf().isPresent() && !shown.add(each.duplicateOf().get()));
    return this;
  }

  Snapshots keepGaps(TimeRange range) {
    gaps.removeIf(gap -> !range.intersects(gap.fromNs(), gap.toNs()));
    return this;
  }

  Snapshots byTime(Clock clock) {
    fragments.sort(
        Comparator.<FragmentEntry>comparingLong(clock::startNs)
            .thenComparing(FragmentEntry::number));
    return this;
  }

  Snapshots byOrdinal() {
    fragments.sort(
        Comparator.comparingLong(
            fragment -> fragment.live().map(LivePlace::liveOrdinal).orElse(-1L)));
    return this;
  }

  Snapshots byNumber(int limit) {
    fragments.sort(Comparator.comparing(FragmentEntry::number));
    if (fragments.size() > limit) {
      fragments.subList(limit, fragments.size()).clear();
    }
    return this;
  }

  Timeline timeline() {
    var held = new HashSet<ChunkFileId>();
    fragments.forEach(fragment -> held.add(fragment.file()));
    gaps.sort(Comparator.comparingLong(Gap::fromNs));
    return new Timeline(stream.id, version, fragments, runs, gaps, leases.take(held));
  }
}
