// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.Clock;
import dev.weir.model.MediaTime;
import dev.weir.playback.session.SessionQuery;
import dev.weir.playback.session.SessionQuery.Mode;
import java.util.Optional;

/**
 * What a call for a session says that it shall be of. Immutable.
 *
 * @param selector name of the member that selects fragments
 * @param most name of the member that says how many are shown
 */
record SessionInput(String selector, String most) {

  /**
   * The members that calls for every kind of session have.
   *
   * @param longestSeconds that a session may be asked to last
   */
  Structure structure(long longestSeconds) {
    return Shapes.STREAM
        .optional("PlaybackMode", Shapes.choice("LIVE", "LIVE_REPLAY", "ON_DEMAND"))
        .optional(
            selector,
            Structure.EMPTY
                .optional("FragmentSelectorType", Shapes.TIMESTAMP_ORIGIN)
                .optional(
                    "TimestampRange",
                    Structure.EMPTY
                        .optional("StartTimestamp", Shapes.TIMESTAMP)
                        .optional("EndTimestamp", Shapes.TIMESTAMP)))
        .optional("DisplayFragmentTimestamp", Shapes.choice("ALWAYS", "NEVER"))
        .optional("Expires", Shapes.whole(shortestSeconds(), longestSeconds))
        .optional(most, Shapes.whole(1, 5000));
  }

  static long expiresSeconds(Call call) {
    return call.number("Expires", shortestSeconds());
  }

  private static long shortestSeconds() {
    return Quotas.SHORTEST_SESSION.toSeconds();
  }

  /** By which time fragments are selected. */
  Clock clock(Call call) {
    JsonNode by = call.input().path(selector).path("FragmentSelectorType");
    return Selection.clock(by.asText("SERVER_TIMESTAMP"));
  }

  /**
   * @param nowNs UTC nanoseconds
   * @param settledCounter of the stream, now
   * @throws dev.weir.kinesis.Refusal when its members do not go together
   */
  SessionQuery query(Call call, long nowNs, long settledCounter) {
    Mode mode = Mode.valueOf(call.text("PlaybackMode").orElse("LIVE"));
    JsonNode range = call.input().path(selector).path("TimestampRange");
    if ((mode == Mode.LIVE) != Rule.absent(range)) {
      throw Rule.broken(
          selector + ".TimestampRange",
          mode == Mode.LIVE ? "must be null with LIVE" : "must not be null with " + mode);
    }
    Optional<Long> from = time(range, "StartTimestamp");
    Optional<Long> to = time(range, "EndTimestamp");
    checkRange(mode, clock(call), from, to);
    return new SessionQuery(
        mode,
        clock(call),
        from.orElse(0L),
        // Included, to the millisecond.
        to.map(end -> end + MediaTime.NANOS_PER_MILLI),
        (int) call.number(most, mode == Mode.ON_DEMAND ? 1000 : 5),
        call.text("DisplayFragmentTimestamp").orElse("NEVER").equals("ALWAYS"),
        nowNs,
        settledCounter,
        Optional.empty());
  }

  private void checkRange(Mode mode, Clock by, Optional<Long> from, Optional<Long> to) {
    if (mode != Mode.LIVE && from.isEmpty()) {
      throw Rule.broken("StartTimestamp", "must not be null");
    }
    if (mode == Mode.ON_DEMAND && to.isEmpty()) {
      throw Rule.broken("EndTimestamp", "must not be null with ON_DEMAND");
    }
    if (to.isPresent()) {
      if (to.get() <= from.orElse(Long.MAX_VALUE)) {
        throw Rule.broken("EndTimestamp", "must be after StartTimestamp");
      }
      new Selection(by, from.orElse(0L), to.get()).checkDay(selector);
    }
  }

  private static Optional<Long> time(JsonNode range, String name) {
    return Rule.absent(range.path(name))
        ? Optional.empty()
        : Optional.of(Times.nanos(name, range.get(name)));
  }
}
