// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.InvalidArgument;
import dev.weir.model.MediaTime;
import dev.weir.records.RecordJson;
import dev.weir.records.TimedRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Timed records as they are sent: a JSON object a line, empty lines between. Stateless. */
final class RecordLines {

  /** What an answer says in a record's own object. */
  private static final List<String> ANSWERED = List.of("id", "playable");

  private RecordLines() {}

  /**
   * All records of a body.
   *
   * @throws InvalidArgument when a line, which it names, is none
   */
  static List<TimedRecord> parse(byte[] body) {
    var records = new ArrayList<TimedRecord>();
    int from = 0;
    for (int line = 1; from <= body.length; line++) {
      int end = from;
      while (end < body.length && body[end] != '\n') {
        end++;
      }
      String where = "line " + line;
      String text = text(ByteBuffer.wrap(body, from, end - from), where);
      if (!text.isBlank()) {
        records.add(record(text, where));
      }
      from = end + 1;
    }
    return records;
  }

  private static String text(ByteBuffer line, String where) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
    } catch (CharacterCodingException e) {
      throw invalid(where, "UTF-8", "other bytes");
    }
  }

  private static TimedRecord record(String line, String where) {
    ObjectNode fields = object(line, where);
    for (String name : ANSWERED) {
      if (fields.has(name)) {
        throw invalid(where, "no field " + name + ", which answers have", "one");
      }
    }
    JsonNode type = fields.path("type");
    if (!fields.hasNonNull("time") || !type.isTextual()) {
      throw invalid(where, "a JSON object with time and type", "another");
    }
    try {
      return new TimedRecord(
          0,
          Request.timeNs("time", fields.get("time").asText()),
          durationNs(fields),
          type.textValue(),
          fields);
    } catch (InvalidArgument e) {
      throw new InvalidArgument(e.what(), where + ", " + e.where(), e.expected(), e.actual());
    }
  }

  private static ObjectNode object(String line, String where) {
    JsonNode node;
    try {
      node = RecordJson.read(line);
      // Half a surrogate pair, which can be escaped, is no character.
      var _ = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(node.toString()));
    } catch (CharacterCodingException e) {
      throw invalid(where, "characters", "half a surrogate pair");
    } catch (IOException e) {
      throw invalid(where, "one JSON object, each name once, 100 deep at most", "something else");
    }
    if (node instanceof ObjectNode fields) {
      return fields;
    }
    throw invalid(where, "a JSON object with time and type", "another");
  }

  private static long durationNs(ObjectNode fields) {
    if (!fields.has("durationMs")) {
      return 0;
    }
    JsonNode duration = fields.get("durationMs");
    if (!duration.isIntegralNumber() || !duration.canConvertToInt()) {
      throw new InvalidArgument(
          "invalid record", "durationMs", "a whole number, 0 to a day", "another value");
    }
    return duration.intValue() * MediaTime.NANOS_PER_MILLI;
  }

  private static InvalidArgument invalid(String where, String expected, String found) {
    return new InvalidArgument("invalid record", where, expected, found);
  }
}
