// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.Archive;
import dev.weir.model.CheckReport;
import dev.weir.model.Conflict;
import dev.weir.model.Proof;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is done with an archive while it is used: walks of its invariants, proofs, backups of its
 * catalog. One walk at a time, on a thread of its own. Thread-safe.
 */
public final class Upkeep {

  private final Archive archive;
  private final Streams streams;
  private Walk walk = new Walk(false, 0, 0, Optional.empty(), Optional.empty());

  /**
   * How far a walk is. Immutable.
   *
   * @param done files looked at
   * @param total files there are
   * @param report of the last walk that ended
   * @param failure why it could not go on
   */
  public record Walk(
      boolean running,
      long done,
      long total,
      Optional<CheckReport> report,
      Optional<WeirException> failure) {}

  public Upkeep(Archive archive, Streams streams) {
    this.archive = archive;
    this.streams = streams;
  }

  /** The walk that runs, or the last that did. */
  public synchronized Walk walk() {
    return walk;
  }

  private synchronized void set(Walk now) {
    walk = now;
  }

  /**
   * Begins a walk.
   *
   * @param repair whether what is damaged is made anew at its end
   * @throws Conflict when one runs
   */
  public synchronized void check(boolean repair) {
    if (walk.running()) {
      throw new Conflict("check", "", "no other that runs", "one that runs");
    }
    walk = new Walk(true, 0, 0, Optional.empty(), Optional.empty());
    Thread.ofPlatform().daemon().name("weir-check").start(() -> run(repair));
  }

  private void run(boolean repair) {
    try {
      CheckReport report = walked();
      if (repair && report.repairable()) {
        archive.repair(report);
      }
      set(new Walk(false, report.files(), report.files(), Optional.of(report), Optional.empty()));
    } catch (RuntimeException e) {
      WeirException failure =
          e instanceof WeirException known
              ? known
              : new StorageFailure("check ended", "", "", String.valueOf(e));
      set(new Walk(false, 0, 0, Optional.empty(), Optional.of(failure)));
    }
  }

  private CheckReport walked() {
    return archive.check(
        (done, total) -> set(new Walk(true, done, total, Optional.empty(), Optional.empty())));
  }

  /** What the hash chains prove of a stream's range. Blocks on the disk, may take long. */
  public Proof prove(StreamName stream, TimeRange range) {
    return archive.prove(streams.require(stream).id(), range);
  }

  /** Writes a copy of the catalog, as it is at one moment, into a file that must not exist. */
  public void backUpCatalog(Path file) {
    archive.backUpCatalog(file);
  }
}
