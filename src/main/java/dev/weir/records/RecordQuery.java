// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import dev.weir.model.TimeRange;
import java.util.List;
import java.util.Optional;

/**
 * Which records are asked for. Immutable.
 *
 * @param range producer time; a record that lasts into it is in it
 * @param type empty for all
 * @param where all of them hold
 * @param afterNs with {@code afterNumber}, the place in the order after which to go on
 */
public record RecordQuery(
    TimeRange range,
    Optional<String> type,
    List<FieldFilter> where,
    long afterNs,
    long afterNumber,
    int limit) {

  public RecordQuery {
    where = List.copyOf(where);
  }

  boolean wants(TimedRecord record) {
    boolean after =
        record.timeNs() > afterNs || (record.timeNs() == afterNs && record.number() > afterNumber);
    return after
        && record.timeNs() < range.toNs()
        && record.timeNs() + Math.max(1, record.durationNs()) > range.fromNs()
        && type.map(record.type()::equals).orElse(true)
        && where.stream().allMatch(each -> each.matches(record));
  }
}
