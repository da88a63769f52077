// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import java.util.List;
import java.util.Optional;

/**
 * Which records are meant, whenever they are of. Immutable.
 *
 * @param type empty for all
 * @param where all of them hold
 */
public record RecordFilter(Optional<String> type, List<FieldFilter> where) {

  /** All records. */
  public static final RecordFilter ALL = new RecordFilter(Optional.empty(), List.of());

  public RecordFilter {
    where = List.copyOf(where);
  }

  /** Whether a record is meant. */
  public boolean matches(TimedRecord record) {
    return type.map(record.type()::equals).orElse(true)
        && where.stream().allMatch(each -> each.matches(record));
  }
}
