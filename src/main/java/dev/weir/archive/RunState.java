// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.TimecodeMode;
import dev.weir.store.Chain;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides whether a session goes on with the stream's newest run, and anchors new runs to producer
 * time (design/time.md). Confined by its stream's lock.
 */
final class RunState {

  private static final long CONTINUES_WITHIN_NS = MediaTime.NANOS_PER_SECOND;

  /**
   * A request may begin with sound from this much before its first picture, which is where the
   * request before it ended.
   */
  private static final long BACKWARD_TOLERANCE_NS = 250 * MediaTime.NANOS_PER_MILLI;

  private static final long BELIEVED_FROM_NS =
      Instant.parse("2000-01-01T00:00:00Z").getEpochSecond() * MediaTime.NANOS_PER_SECOND;
  private static final long BELIEVED_AHEAD_NS = 24 * 3600 * MediaTime.NANOS_PER_SECOND;

  private Optional<RunHeader> newest = Optional.empty();
  private long endMediaNs;
  private long arrivalEndNs = Long.MIN_VALUE;
  private Optional<Object> holder = Optional.empty();
  private Chain chain = Chain.begin();
  private long chainCounter = -1;

  Optional<RunHeader> newest() {
    return newest;
  }

  /** The newest run's chain of hashes. */
  Chain chain() {
    return chain;
  }

  /** Takes up where a stored fragment left off. */
  void restore(RunHeader run, FragmentEntry fragment) {
    ended(run, fragment.producerEndNs());
    if (newest.filter(each -> each.run().equals(run.run())).isPresent()
        && fragment.number().counter() > chainCounter) {
      chain = Chain.after(fragment.hash());
      chainCounter = fragment.number().counter();
    }
  }

  /** A fragment of a run ends at this producer time. */
  void ended(RunHeader run, long producerEndNs) {
    if (newest.isEmpty() || newest.get().run().compareTo(run.run()) < 0) {
      newest = Optional.of(run);
      endMediaNs = Long.MIN_VALUE;
    }
    if (newest.get().run().equals(run.run())) {
      endMediaNs = Math.max(endMediaNs, producerEndNs - run.anchorProducerNs());
    }
    if (run.arrivalAnchored()) {
      arrivalEndNs = Math.max(arrivalEndNs, producerEndNs);
    }
  }

  /**
   * The run of a timeline that begins.
   *
   * @param session who asks; a run that another open session writes is not continued
   * @param freshId gives the id of a new run
   */
  RunHeader start(RunRequest request, Object session, LongSupplier freshId) {
    Optional<RunHeader> known = continued(request, session);
    RunHeader run = known.orElseGet(() -> anchored(request, new RunId(freshId.getAsLong())));
    if (known.isEmpty()) {
      chain = Chain.begin();
    }
    newest = Optional.of(run);
    holder = Optional.of(session);
    endMediaNs = request.firstPresentationNs();
    return run;
  }

  /** There may be more of the newest run, in a file that is not there: nothing goes on with it. */
  void endUnknown() {
    holder = Optional.of(this);
  }

  void released(Object session) {
    holder = holder.filter(each -> !each.equals(session));
  }

  private Optional<RunHeader> continued(RunRequest request, Object session) {
    if (holder.isPresent() && !holder.get().equals(session)) {
      return Optional.empty();
    }
    long step = request.firstPresentationNs() - endMediaNs;
    return newest
        .filter(run -> run.tracks().equals(request.tracks()))
        .filter(run -> sameAnchor(run, request))
        .filter(run -> step >= -BACKWARD_TOLERANCE_NS && step <= CONTINUES_WITHIN_NS);
  }

  private static boolean sameAnchor(RunHeader run, RunRequest request) {
    return switch (request.mode()) {
      case ARRIVAL -> run.arrivalAnchored();
      case ABSOLUTE, RELATIVE ->
          !run.arrivalAnchored() && run.anchorProducerNs() == request.startNs();
    };
  }

  private RunHeader anchored(RunRequest request, RunId id) {
    if (request.mode() != TimecodeMode.ARRIVAL && believed(request.startNs(), request)) {
      return new RunHeader(
          id, request.tracks(), request.startNs(), request.serverTimeNs(), false, false);
    }
    long first = Math.max(request.serverTimeNs(), arrivalEndNs);
    return new RunHeader(
        id,
        request.tracks(),
        first - request.firstPresentationNs(),
        request.serverTimeNs(),
        true,
        request.mode() != TimecodeMode.ARRIVAL);
  }

  private static boolean believed(long anchorNs, RunRequest request) {
    try {
      long first = Math.addExact(anchorNs, request.firstPresentationNs());
      return first >= BELIEVED_FROM_NS && first <= request.serverTimeNs() + BELIEVED_AHEAD_NS;
    } catch (ArithmeticException e) {
      return false;
    }
  }
}
