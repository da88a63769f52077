// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.Clock;
import dev.weir.model.MediaTime;
import dev.weir.model.TimeRange;

/**
 * Fragments that begin within a time, both ends included, to the millisecond. Immutable.
 *
 * @param toNs excluded: the end of its last millisecond
 */
record Selection(Clock clock, long fromNs, long toNs) {

  private static final long DAY_NS = 24 * 3600 * MediaTime.NANOS_PER_SECOND;

  static final Structure RANGE =
      Structure.EMPTY
          .required("StartTimestamp", Shapes.TIMESTAMP)
          .required("EndTimestamp", Shapes.TIMESTAMP);

  static final Structure SELECTOR =
      Structure.EMPTY
          .required("FragmentSelectorType", Shapes.TIMESTAMP_ORIGIN)
          .required("TimestampRange", RANGE);

  static Clock clock(String origin) {
    return origin.equals("PRODUCER_TIMESTAMP") ? Clock.PRODUCER : Clock.SERVER;
  }

  /**
   * @param path of the selector, for errors
   */
  static Selection of(String path, JsonNode selector) {
    JsonNode range = selector.get("TimestampRange");
    long from = Times.nanos(path, range.get("StartTimestamp"));
    long to = Times.nanos(path, range.get("EndTimestamp"));
    if (to < from) {
      throw Rule.broken(path, "must not end before it begins");
    }
    return new Selection(
        clock(selector.get("FragmentSelectorType").textValue()),
        from,
        Math.addExact(to, MediaTime.NANOS_PER_MILLI));
  }

  /** A selection is of a day at most. */
  void checkDay(String path) {
    if (toNs - fromNs > DAY_NS + MediaTime.NANOS_PER_MILLI) {
      throw Rule.broken(path, "must not be longer than 24 hours");
    }
  }

  static Refusal nothing() {
    return new Refusal(
        ErrorName.RESOURCE_NOT_FOUND,
        "No fragments found in the stream for the streaming request.");
  }

  TimeRange range() {
    return new TimeRange(fromNs, toNs);
  }
}
