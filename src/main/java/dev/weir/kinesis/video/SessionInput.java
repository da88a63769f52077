// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.Clock;
import dev.weir.model.MediaTime;
import dev.weir.playback.hls.SessionQuery;
import dev.weir.playback.hls.SessionQuery.Discontinuities;
import dev.weir.playback.hls.SessionQuery.Mode;
import java.util.Optional;

/** What a call for a session says that it shall be of. Stateless. */
final class SessionInput {

  private static final int DEFAULT_EXPIRES_SECONDS = 300;

  static final Structure INPUT =
      Shapes.STREAM
          .optional("PlaybackMode", Shapes.choice("LIVE", "LIVE_REPLAY", "ON_DEMAND"))
          .optional(
              "HLSFragmentSelector",
              Structure.EMPTY
                  .optional("FragmentSelectorType", Shapes.TIMESTAMP_ORIGIN)
                  .optional(
                      "TimestampRange",
                      Structure.EMPTY
                          .optional("StartTimestamp", Shapes.TIMESTAMP)
                          .optional("EndTimestamp", Shapes.TIMESTAMP)))
          .optional("ContainerFormat", Shapes.choice("FRAGMENTED_MP4", "MPEG_TS"))
          .optional("DiscontinuityMode", Shapes.choice("ALWAYS", "NEVER", "ON_DISCONTINUITY"))
          .optional("DisplayFragmentTimestamp", Shapes.choice("ALWAYS", "NEVER"))
          .optional("Expires", Shapes.whole(DEFAULT_EXPIRES_SECONDS, 43_200))
          .optional("MaxMediaPlaylistFragmentResults", Shapes.whole(1, 5000));

  private SessionInput() {}

  static long expiresSeconds(Call call) {
    return call.number("Expires", DEFAULT_EXPIRES_SECONDS);
  }

  /**
   * @param nowNs UTC nanoseconds
   * @throws dev.weir.kinesis.Refusal when its members do not go together
   */
  static SessionQuery query(Call call, long nowNs) {
    if (call.text("ContainerFormat").orElse("").equals("MPEG_TS")) {
      throw Rule.broken("ContainerFormat", "must be FRAGMENTED_MP4: MPEG_TS is not supported");
    }
    Mode mode = Mode.valueOf(call.text("PlaybackMode").orElse("LIVE"));
    JsonNode selector = call.input().path("HLSFragmentSelector");
    Clock by = Selection.clock(selector.path("FragmentSelectorType").asText("SERVER_TIMESTAMP"));
    JsonNode range = selector.path("TimestampRange");
    if ((mode == Mode.LIVE) != Rule.absent(range)) {
      throw Rule.broken(
          "HLSFragmentSelector.TimestampRange",
          mode == Mode.LIVE ? "must be null with LIVE" : "must not be null with " + mode);
    }
    Optional<Long> from = time(range, "StartTimestamp");
    Optional<Long> to = time(range, "EndTimestamp");
    checkRange(mode, by, from, to);
    String discontinuities =
        call.text("DiscontinuityMode").orElse(by == Clock.SERVER ? "ALWAYS" : "NEVER");
    return new SessionQuery(
        mode,
        by,
        from.orElse(0L),
        // Included, to the millisecond.
        to.map(end -> end + MediaTime.NANOS_PER_MILLI),
        (int) call.number("MaxMediaPlaylistFragmentResults", mode == Mode.ON_DEMAND ? 1000 : 5),
        discontinuities.equals("ON_DISCONTINUITY")
            ? Discontinuities.AT_GAPS
            : Discontinuities.valueOf(discontinuities),
        call.text("DisplayFragmentTimestamp").orElse("NEVER").equals("ALWAYS"),
        nowNs);
  }

  private static void checkRange(Mode mode, Clock by, Optional<Long> from, Optional<Long> to) {
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
      new Selection(by, from.orElse(0L), to.get()).checkDay("HLSFragmentSelector");
    }
  }

  private static Optional<Long> time(JsonNode range, String name) {
    return Rule.absent(range.path(name))
        ? Optional.empty()
        : Optional.of(Times.nanos(name, range.get(name)));
  }
}
