// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.Archive;
import dev.weir.archive.StoredFile;
import dev.weir.control.RetentionStep.Action;
import dev.weir.model.ChunkFileId;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /** Whether there is anything to thin in a file whose time has come; a file never changes. */
  private final Map<ChunkFileId, Boolean> thinnable = new HashMap<>();

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

  /**
   * What will have been done so long from now if nothing more comes in, in order of time. Changes
   * nothing; a file that is open is planned for as if it were sealed by then.
   */
  public synchronized List<RetentionStep> plan(Duration ahead) {
    Instant now = clock.instant();
    return plan(TimeRange.nanos(now), TimeRange.nanos(now.plus(ahead)), false);
  }

  /**
   * @param acting then files that nobody writes to are sealed where that lets them go, and only
   *     what is sealed is planned for
   */
  private List<RetentionStep> plan(long nowNs, long untilNs, boolean acting) {
    boolean tight = tight();
    var plan = new RetentionPlan(nowNs, untilNs);
    var looked = new HashSet<ChunkFileId>();
    for (Stream stream : streams.list("", "", Integer.MAX_VALUE)) {
      StreamSettings settings = stream.settings();
      if (!settings.isLimited() && settings.thinAfter().isZero()) {
        // Kept for ever as it is: its files need not be looked at.
        continue;
      }
      List<StoredFile> files =
          acting
              ? archive.files(stream.id(), idleSince(stream, nowNs, tight)).stream()
                  .filter(StoredFile::sealed)
                  .toList()
              : archive.files(stream.id(), Long.MIN_VALUE);
      plan.add(
          stream,
          files,
          file -> {
            looked.add(file.file());
            return isThinnable(file);
          });
    }
    thinnable.keySet().retainAll(looked);
    plan.makeRoom(archive.freeBytes(), keepFreeBytes);
    return plan.steps();
  }

  /** Open files that ended before this, and that nobody writes to, are sealed. */
  private long idleSince(Stream stream, long nowNs, boolean tight) {
    StreamSettings settings = stream.settings();
    long maxBytes = settings.effectiveMaxBytes();
    boolean tooMuch = maxBytes > 0 && archive.status(stream.id()).bytes() > maxBytes;
    if (settings.isLimited() && (tight || tooMuch)) {
      return Long.MAX_VALUE;
    }
    return List.of(settings.effectiveRetention(), settings.thinAfter()).stream()
        .filter(each -> !each.isZero())
        .min(Comparator.naturalOrder())
        .map(youngest -> nowNs - youngest.toNanos())
        .orElse(Long.MIN_VALUE);
  }

  /** One that can't be looked at now may be, and is tried. */
  private boolean isThinnable(StoredFile file) {
    if (!file.sealed()) {
      return true;
    }
    Boolean known = thinnable.get(file.file());
    if (known == null) {
      try {
        known = archive.isThinnable(file.file().stream(), file.file());
      } catch (WeirException e) {
        return true;
      }
      thinnable.put(file.file(), known);
    }
    return known;
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
    List<RetentionStep> due = plan(nowNs, nowNs, true);
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
