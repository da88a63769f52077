// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.StoredFile;
import dev.weir.control.RetentionStep.Action;
import dev.weir.control.RetentionStep.Reason;
import dev.weir.model.Durability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Works out what is done to files until some time: add all streams with their files, then make
 * room, then take the steps. Touches no disk itself. Confined to one thread.
 */
final class RetentionPlan {

  private final long nowNs;
  private final long untilNs;
  private final List<RetentionStep> steps = new ArrayList<>();

  /** What could go now if room must be made. */
  private final List<RetentionStep> spare = new ArrayList<>();

  /**
   * @param untilNs what is due before is planned
   */
  RetentionPlan(long nowNs, long untilNs) {
    this.nowNs = nowNs;
    this.untilNs = untilNs;
  }

  /**
   * Plans for one stream.
   *
   * @param files all that count
   * @param thinnable whether there is anything to thin in a file; asked of those whose time comes
   */
  void add(Stream stream, List<StoredFile> files, Predicate<StoredFile> thinnable) {
    StreamSettings settings = stream.settings();
    long ageNs = settings.effectiveRetention().toNanos();
    long maxBytes = settings.effectiveMaxBytes();
    List<StoredFile> newestFirst =
        files.stream().sorted(Comparator.comparingLong(StoredFile::serverToNs).reversed()).toList();
    long bytes = 0;
    for (StoredFile file : newestFirst) {
      bytes += file.bytes();
      if (stream.hold(file.producerFromNs(), file.producerToNs()).isPresent()) {
        continue;
      }
      long tooOldNs = ageNs > 0 ? Math.max(nowNs, file.serverToNs() + ageNs) : Long.MAX_VALUE;
      boolean tooMuch = maxBytes > 0 && bytes > maxBytes;
      if (tooMuch && tooOldNs > nowNs) {
        delete(stream, file, Reason.BYTES, nowNs);
        continue;
      }
      boolean ages = ageNs > 0 && file.serverToNs() + ageNs < untilNs;
      thin(stream, file, ages ? tooOldNs : Long.MAX_VALUE, thinnable);
      if (ages) {
        delete(stream, file, Reason.AGE, tooOldNs);
      }
      // What lies in memory makes no room on the disks.
      boolean goesNow = ages && tooOldNs <= nowNs;
      if (settings.isLimited() && !goesNow && settings.durability() != Durability.MEMORY) {
        spare.add(new RetentionStep(stream, file, Action.DELETE, Reason.FREE_SPACE, nowNs));
      }
    }
  }

  private void delete(Stream stream, StoredFile file, Reason reason, long dueNs) {
    steps.add(new RetentionStep(stream, file, Action.DELETE, reason, dueNs));
  }

  private void thin(
      Stream stream, StoredFile file, long deletedNs, Predicate<StoredFile> thinnable) {
    long afterNs = stream.settings().thinAfter().toNanos();
    if (afterNs == 0 || file.serverToNs() + afterNs >= untilNs) {
      return;
    }
    long dueNs = Math.max(nowNs, file.serverToNs() + afterNs);
    if (dueNs < deletedNs && thinnable.test(file)) {
      steps.add(new RetentionStep(stream, file, Action.THIN, Reason.AGE, dueNs));
    }
  }

  /**
   * Where the disks have too little room, the oldest of the least important go until they have,
   * whatever else would have become of them later.
   */
  void makeRoom(long freeBytes, long keepFreeBytes) {
    long room = freeBytes;
    for (RetentionStep step : steps) {
      boolean onDisk = step.stream().settings().durability() != Durability.MEMORY;
      if (onDisk && step.action() == Action.DELETE && step.dueNs() <= nowNs) {
        room += step.file().bytes();
      }
    }
    spare.sort(
        Comparator.<RetentionStep>comparingInt(step -> step.stream().settings().priority())
            .thenComparingLong(step -> step.file().serverToNs()));
    var going = new ArrayList<RetentionStep>();
    Set<StoredFile> gone = new HashSet<>();
    for (RetentionStep step : spare) {
      if (room >= keepFreeBytes) {
        break;
      }
      going.add(step);
      gone.add(step.file());
      room += step.file().bytes();
    }
    steps.removeIf(each -> gone.contains(each.file()));
    steps.addAll(going);
  }

  /** In order of time. */
  List<RetentionStep> steps() {
    steps.sort(Comparator.comparingLong(RetentionStep::dueNs));
    return List.copyOf(steps);
  }
}
