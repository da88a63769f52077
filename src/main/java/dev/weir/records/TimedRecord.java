// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.InvalidArgument;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A record. Immutable as long as nobody changes its fields.
 *
 * @param number rises with every record of a stream, and says when it was stored: at least the
 *     microseconds since the epoch; 0 before it is stored
 * @param timeNs producer time, UTC nanoseconds
 * @param durationNs how long what it is of lasts, 0 for a moment
 * @param type what kind of thing it is of
 * @param fields everything, as it was sent
 */
public record TimedRecord(
    long number, long timeNs, long durationNs, String type, ObjectNode fields) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TYPE = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

  /** A day: what lasts longer is two records. */
  private static final long LONGEST_NS = 86_400_000_000_000L;

  public TimedRecord {
    if (!TYPE.matcher(type).matches()) {
      throw new InvalidArgument("record", "type", "1 to 64 of a-z A-Z 0-9 _ . -", "another text");
    }
    if (durationNs < 0 || durationNs > LONGEST_NS) {
      throw new InvalidArgument("record", "durationMs", "0 to a day", durationNs / 1_000_000 + "");
    }
  }

  TimedRecord withNumber(long stored) {
    return new TimedRecord(stored, timeNs, durationNs, type, fields);
  }

  /** A moment lasts one nanosecond. */
  public long endNs() {
    return timeNs + Math.max(1, durationNs);
  }

  /** Whether an instant of it is in a range. */
  boolean meets(TimeRange range) {
    return timeNs < range.toNs() && endNs() > range.fromNs();
  }

  /** A field by its path, with dots between names. */
  JsonNode field(String path) {
    JsonNode node = fields;
    for (String name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return node;
  }

  /** As it is stored: a line with its line feed. */
  String line() {
    ObjectNode node = JSON.createObjectNode();
    node.put("number", number).put("timeNs", timeNs);
    node.put("durationNs", durationNs).put("type", type);
    node.set("fields", fields);
    return node + "\n";
  }

  /** What a line holds; empty when it is none, as one that a crash cut. */
  static Optional<TimedRecord> read(String line) {
    try {
      if (RecordJson.readStored(line) instanceof ObjectNode node
          && node.path("fields") instanceof ObjectNode fields) {
        return Optional.of(
            new TimedRecord(
                node.path("number").asLong(),
                node.path("timeNs").asLong(),
                node.path("durationNs").asLong(),
                node.path("type").asText(),
                fields));
      }
    } catch (IOException | InvalidArgument e) {
      // What is no record is passed over.
    }
    return Optional.empty();
  }
}
