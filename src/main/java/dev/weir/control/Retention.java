// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.Archive;
import dev.weir.archive.StoredFile;
import dev.weir.control.RetentionStep.Action;
import dev.weir.control.RetentionStep.Reason;
import dev.weir.model.ChunkFileId;
import dev.weir.model.Durability;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is deleted, when and why: by age, by bytes, and, when the disks run out of room, the oldest
 * of the streams with the lowest priority. Streams without any limit keep everything for ever, and
 * held ranges are never touched; then it is new media that is refused. The plan that is shown is
 * the plan that is carried out. Thread-safe; blocks on the archive.
 */
public final class Retention {

  private static final int BATCH = 64;

  private final Archive archive;
  private final Streams streams;
  private final InstantSource clock;
  private final long keepFreeBytes;
  private final Set<ChunkFileId> thinned = new HashSet<>();

  /**
   * @param keepFreeBytes with less room than this, media goes
   */
  public Retention(Archive archive, Streams streams, InstantSource clock, long keepFreeBytes) {
    this.archive = archive;
    this.streams = streams;
    this.clock = clock;
    this.keepFreeBytes = keepFreeBytes;
  }

  /** Whether the disks have less room than they should: then {@link #run} makes some. */
  public boolean tight() {
    return archive.freeBytes() < keepFreeBytes;
  }

  /** What will have been done so long from now if nothing more comes in, in order of time. */
  public List<RetentionStep> plan(Duration ahead) {
    Instant now = clock.instant();
    return plan(TimeRange.nanos(now), TimeRange.nanos(now.plus(ahead)));
  }

  private synchronized List<RetentionStep> plan(long nowNs, long untilNs) {
    boolean tight = tight();
    var steps = new ArrayList<RetentionStep>();
    var spare = new ArrayList<RetentionStep>();
    for (Stream stream : streams.list("", "", Integer.MAX_VALUE)) {
      plan(stream, nowNs, untilNs, tight, steps, spare);
    }
    makeRoom(nowNs, steps, spare);
    steps.sort(Comparator.comparingLong(RetentionStep::dueNs));
    return steps;
  }

  /**
   * @param tight then files that nobody writes to are closed, so that they can go
   * @param spare takes what could go if room must be made
   */
  private void plan(
      Stream stream,
      long nowNs,
      long untilNs,
      boolean tight,
      List<RetentionStep> steps,
      List<RetentionStep> spare) {
    StreamSettings settings = stream.settings();
    long ageNs = settings.effectiveRetention().toNanos();
    long maxBytes = settings.effectiveMaxBytes();
    boolean limited = ageNs > 0 || maxBytes > 0;
    if (!limited && settings.thinAfter().isZero()) {
      // Kept for ever as it is: its files need not be looked at.
      return;
    }
    boolean tooMuch = maxBytes > 0 && archive.status(stream.id()).bytes() > maxBytes;
    long idleSinceNs = ageNs == 0 ? Long.MIN_VALUE : nowNs - ageNs;
    if (limited && (tight || tooMuch)) {
      idleSinceNs = Long.MAX_VALUE;
    }
    long bytes = 0;
    List<StoredFile> files =
        archive.files(stream.id(), idleSinceNs).stream()
            .sorted(Comparator.comparingLong(StoredFile::serverToNs).reversed())
            .toList();
    for (StoredFile file : files) {
      bytes += file.bytes();
      if (stream.hold(file.producerFromNs(), file.producerToNs()).isPresent()) {
        continue;
      }
      if (ageNs > 0 && file.serverToNs() + ageNs < untilNs) {
        long due = Math.max(nowNs, file.serverToNs() + ageNs);
        steps.add(new RetentionStep(stream, file, Action.DELETE, Reason.AGE, due));
      } else if (maxBytes > 0 && bytes > maxBytes) {
        steps.add(new RetentionStep(stream, file, Action.DELETE, Reason.BYTES, nowNs));
      } else {
        planThinning(stream, file, nowNs, untilNs, steps);
        // What lies in memory makes no room on the disks.
        if (limited && settings.durability() != Durability.MEMORY) {
          spare.add(new RetentionStep(stream, file, Action.DELETE, Reason.FREE_SPACE, nowNs));
        }
      }
    }
  }

  private void planThinning(
      Stream stream, StoredFile file, long nowNs, long untilNs, List<RetentionStep> steps) {
    Duration after = stream.settings().thinAfter();
    if (!after.isZero()
        && file.serverToNs() + after.toNanos() < untilNs
        && !thinned.contains(file.file())) {
      long due = Math.max(nowNs, file.serverToNs() + after.toNanos());
      steps.add(new RetentionStep(stream, file, Action.THIN, Reason.AGE, due));
    }
  }

  /** Where the disks have too little room, the oldest of the least important go until they have. */
  private void makeRoom(long nowNs, List<RetentionStep> steps, List<RetentionStep> spare) {
    long room = archive.freeBytes();
    for (RetentionStep step : steps) {
      if (step.action() == Action.DELETE && step.dueNs() <= nowNs) {
        room += step.file().bytes();
      }
    }
    spare.sort(
        Comparator.<RetentionStep>comparingInt(step -> step.stream().settings().priority())
            .thenComparingLong(step -> step.file().serverToNs()));
    for (RetentionStep step : spare) {
      if (room >= keepFreeBytes) {
        return;
      }
      steps.removeIf(each -> each.file().equals(step.file()));
      steps.add(step);
      room += step.file().bytes();
    }
  }

  /**
   * Does what is due now, in small batches, and goes on with ranges that are to be forgotten. What
   * makes room comes first, and what fails for one stream is not kept from the others. A hold that
   * is set meanwhile binds all that is not done yet.
   *
   * @return bytes of the files that went
   * @throws WeirException the first failure, when all else is done
   */
  public synchronized long run() {
    long nowNs = TimeRange.nanos(clock.instant());
    List<RetentionStep> due = plan(nowNs, nowNs);
    var failures = new ArrayList<WeirException>();
    var bytes = new AtomicLong();
    List<Stream> all = streams.list("", "", Integer.MAX_VALUE);
    for (Stream stream : all) {
      List<RetentionStep> going =
          due.stream()
              .filter(step -> step.action() == Action.DELETE)
              .filter(step -> step.stream().id().equals(stream.id()))
              .toList();
      attempt(failures, () -> delete(stream, going, bytes));
    }
    for (Stream stream : all) {
      attempt(failures, () -> archive.forgetPending(stream.id()));
    }
    for (RetentionStep step : due) {
      if (step.action() == Action.THIN) {
        attempt(failures, () -> thin(step));
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return bytes.get();
  }

  private void delete(Stream stream, List<RetentionStep> going, AtomicLong bytes) {
    for (int from = 0; from < going.size(); from += BATCH) {
      List<RetentionStep> batch = going.subList(from, Math.min(from + BATCH, going.size()));
      streams.takeAway(
          stream.name(),
          now -> {
            List<StoredFile> files =
                batch.stream().filter(step -> step.isFree(now)).map(RetentionStep::file).toList();
            archive.delete(stream.id(), files.stream().map(StoredFile::file).toList());
            bytes.addAndGet(files.stream().mapToLong(StoredFile::bytes).sum());
          });
    }
  }

  private void thin(RetentionStep step) {
    streams.takeAway(
        step.stream().name(),
        now -> {
          if (step.isFree(now)) {
            archive.thin(now.id(), step.file().file());
            thinned.add(step.file().file());
          }
        });
  }

  private static void attempt(List<WeirException> failures, Runnable step) {
    try {
      step.run();
    } catch (WeirException e) {
      failures.add(e);
    }
  }
}
