// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.MediaTime;
import dev.weir.model.RunHeader;
import dev.weir.model.RunId;
import dev.weir.model.TimecodeMode;
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

  Optional<RunHeader> newest() {
    return newest;
  }

  /** A fragment of a run ends at this producer time; live or restored from disk. */
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
    RunHeader run =
        continued(request, session)
            .orElseGet(() -> anchored(request, new RunId(freshId.getAsLong())));
    newest = Optional.of(run);
    holder = Optional.of(session);
    endMediaNs = request.firstPresentationNs();
    return run;
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
      case ABSOLUTE -> !run.arrivalAnchored() && run.anchorProducerNs() == 0;
      case RELATIVE -> !run.arrivalAnchored() && run.anchorProducerNs() == request.startNs();
    };
  }

  private RunHeader anchored(RunRequest request, RunId id) {
    long stated =
        switch (request.mode()) {
          case ARRIVAL -> Long.MIN_VALUE;
          case ABSOLUTE -> 0;
          case RELATIVE -> request.startNs();
        };
    if (request.mode() != TimecodeMode.ARRIVAL && believed(stated, request)) {
      return new RunHeader(id, request.tracks(), stated, request.serverTimeNs(), false, false);
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
