// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import dev.weir.model.TimeRange;

/**
 * Which records are asked for. Immutable.
 *
 * @param range producer time; a record that lasts into it is in it
 * @param afterNs with {@code afterNumber}, the place in the order after which to go on
 */
public record RecordQuery(
    TimeRange range, RecordFilter filter, long afterNs, long afterNumber, int limit) {

  /** The first of a range. */
  public static RecordQuery of(TimeRange range, int limit) {
    return new RecordQuery(range, RecordFilter.ALL, Long.MIN_VALUE, 0, limit);
  }

  boolean wants(TimedRecord record) {
    boolean after =
        record.timeNs() > afterNs || (record.timeNs() == afterNs && record.number() > afterNumber);
    return after && record.meets(range) && filter.matches(record);
  }
}
