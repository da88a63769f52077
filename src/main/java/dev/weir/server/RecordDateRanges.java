// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.hls.DateRange;
import dev.weir.records.RecordQuery;
import dev.weir.records.Records;
import dev.weir.records.TimedRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** Timed records as playlists say them. Thread-safe; blocks on the disk. */
final class RecordDateRanges implements DateRange.Source {

  /** What a playlist is not made longer with. */
  private static final int MOST = 1000;

  private static final Set<String> SAID_OTHERWISE = Set.of("time", "type", "durationMs");

  private final Records records;

  RecordDateRanges(Records records) {
    this.records = records;
  }

  @Override
  public List<DateRange> in(StreamId stream, TimeRange range) {
    return records.find(stream, RecordQuery.of(range, MOST)).stream()
        .map(RecordDateRanges::dateRange)
        .toList();
  }

  /** With what stands in its fields by itself, not inside of others. */
  private static DateRange dateRange(TimedRecord record) {
    var fields = new HashMap<String, String>();
    record
        .fields()
        .properties()
        .forEach(each -> {
          JsonNode value = each.getValue();
          boolean sayable = value.isTextual() || value.isNumber() || value.isBoolean();
          String name = each.getKey();
          if (sayable && !name.isEmpty() && !SAID_OTHERWISE.contains(name)) {
            fields.put(name, value.asText());
          }
        });
    return new DateRange(
        Long.toString(record.number()),
        record.type(),
        record.timeNs(),
        record.durationNs(),
        fields);
  }
}
