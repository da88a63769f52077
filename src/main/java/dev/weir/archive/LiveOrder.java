// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.LivePlace;
import dev.weir.model.RunId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The live edge of one stream: which fragments are admitted, what ordinals they get, and in which
 * order they may be shown. Places are reserved before a fragment is persisted and released in the
 * order of their ordinals, so no reader ever sees a hole that is filled later. Confined by its
 * stream's lock.
 */
final class LiveOrder {

  /** A place given to a fragment that is not shown yet. */
  static final class Reservation {
    final LivePlace place;
    private Optional<Runnable> show = Optional.empty();

    private Reservation(LivePlace place) {
      this.place = place;
    }
  }

  private final Deque<Reservation> waiting = new ArrayDeque<>();
  private long nextOrdinal;
  private long discontinuities;
  private Optional<RunId> lastRun = Optional.empty();
  private long admittedEndNs = Long.MIN_VALUE;

  /** Takes up where a stored fragment or gap left off. */
  void restore(LivePlace place, int segmentCount, Optional<RunId> run, long endNs) {
    if (place.liveOrdinal() + segmentCount > nextOrdinal) {
      nextOrdinal = place.liveOrdinal() + segmentCount;
      discontinuities = place.discontinuityOrdinal();
      lastRun = run.or(() -> lastRun);
    }
    admittedEndNs = Math.max(admittedEndNs, endNs);
  }

  /** Ordinals never fall below these, whatever files are still there. */
  void floor(long ordinal, long discontinuityOrdinal) {
    nextOrdinal = Math.max(nextOrdinal, ordinal);
    discontinuities = Math.max(discontinuities, discontinuityOrdinal);
  }

  /**
   * Reserves a place for a fragment that starts at or after the last admitted end, less the
   * tolerance; another one is late, and gets none.
   */
  Optional<Reservation> admit(
      RunId run, long startNs, long endNs, int segmentCount, long toleranceNs) {
    if (admittedEndNs != Long.MIN_VALUE && startNs < admittedEndNs - toleranceNs) {
      return Optional.empty();
    }
    if (nextOrdinal > 0 && !lastRun.equals(Optional.of(run))) {
      discontinuities++;
    }
    var reservation = new Reservation(new LivePlace(nextOrdinal, discontinuities));
    nextOrdinal += segmentCount;
    lastRun = Optional.of(run);
    admittedEndNs = Math.max(admittedEndNs, endNs);
    waiting.add(reservation);
    return Optional.of(reservation);
  }

  /**
   * The fragment of a reservation is persisted, or known to be lost: shows it, and others behind
   * it, in the order of ordinals.
   */
  void settle(Reservation reservation, Runnable show) {
    reservation.show = Optional.of(show);
    for (Reservation first = waiting.peek();
        first != null && first.show.isPresent();
        first = waiting.peek()) {
      waiting.remove();
      first.show.get().run();
    }
  }

  long nextOrdinal() {
    return nextOrdinal;
  }

  long discontinuities() {
    return discontinuities;
  }

  /**
   * Producer time at which the newest admitted fragment ends; the smallest long when there is none.
   */
  long admittedEndNs() {
    return admittedEndNs;
  }
}
