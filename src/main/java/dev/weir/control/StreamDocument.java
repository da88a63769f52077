// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.CorruptRecord;
import dev.weir.model.Durability;
import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A stream as JSON: on disk, and its settings as clients write and read them. Stateless. */
public final class StreamDocument {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FIELDS =
      List.of(
          "retention",
          "maxBytes",
          "mediaType",
          "tags",
          "description",
          "durability",
          "priority",
          "thinAfter",
          "targetDuration",
          "producerClockOffset");

  private StreamDocument() {}

  static byte[] write(Stream stream) {
    return bytes(document(stream));
  }

  /** What stands in place of a stream's document from the moment it is deleted. */
  static byte[] writeDeleted(Stream stream) {
    Stream last = stream.with(stream.settings());
    return bytes(document(last).put("deleted", true));
  }

  /** Whether the newest of a stream's documents says that it was deleted. */
  static boolean isDeleted(List<byte[]> documents) {
    long newest = Long.MIN_VALUE;
    boolean deleted = false;
    for (byte[] document : documents) {
      try {
        JsonNode node = JSON.readTree(document);
        if (node.path("revision").asLong() > newest) {
          newest = node.path("revision").asLong();
          deleted = node.path("deleted").asBoolean();
        }
      } catch (IOException e) {
        // One that can't be read is told of where the stream is read.
      }
    }
    return deleted;
  }

  private static ObjectNode document(Stream stream) {
    ObjectNode node = JSON.createObjectNode();
    node.put("version", 1)
        .put("name", stream.name().value())
        .put("created", stream.created().toString())
        .put("revision", stream.revision());
    node.set("settings", settings(stream.settings()));
    ArrayNode holds = node.putArray("holds");
    for (Hold hold : stream.holds()) {
      holds
          .addObject()
          .put("id", hold.id())
          .put("fromNs", hold.range().fromNs())
          .put("toNs", hold.range().toNs())
          .put("reason", hold.reason());
    }
    ObjectNode attributes = node.putObject("attributes");
    stream.attributes().forEach(attributes::put);
    return node;
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws CorruptRecord when the document can't be read
   */
  static Stream read(StreamId id, byte[] document) {
    try {
      JsonNode node = JSON.readTree(document);
      return new Stream(
          id,
          new StreamName(node.path("name").asText()),
          Instant.parse(node.path("created").asText()),
          node.path("revision").asLong(),
          change(StreamSettings.DEFAULT, node.path("settings")),
          holds(node.path("holds")),
          texts(node.path("attributes")));
    } catch (IOException | DateTimeException | InvalidArgument e) {
      throw new CorruptRecord(
          "stream settings",
          "stream.json of " + id,
          "the settings of a stream",
          String.valueOf(e.getMessage()));
    }
  }

  private static List<Hold> holds(JsonNode array) {
    var holds = new ArrayList<Hold>();
    for (JsonNode each : array) {
      var range = new TimeRange(each.path("fromNs").asLong(), each.path("toNs").asLong());
      // Empty ones were accepted once; they hold nothing.
      if (range.fromNs() < range.toNs()) {
        holds.add(new Hold(each.path("id").asText(), range, each.path("reason").asText()));
      }
    }
    return holds;
  }

  /** The settings as clients see them. */
  public static ObjectNode settings(StreamSettings settings) {
    ObjectNode node = JSON.createObjectNode();
    node.put("retention", Durations.format(settings.retention()))
        .put("maxBytes", settings.maxBytes());
    node.put("mediaType", settings.mediaType()).put("description", settings.description());
    node.put("durability", settings.durability().name().toLowerCase(Locale.ROOT))
        .put("priority", settings.priority())
        .put("thinAfter", Durations.format(settings.thinAfter()));
    node.put("targetDuration", Durations.format(settings.targetDuration()));
    node.put("producerClockOffset", Durations.format(settings.producerClockOffset()));
    ObjectNode tags = node.putObject("tags");
    settings.tags().forEach(tags::put);
    return node;
  }

  /**
   * Settings with some of them changed.
   *
   * @throws InvalidArgument when a field is unknown or its value makes no sense
   */
  public static StreamSettings change(StreamSettings base, JsonNode changes) {
    if (!changes.isObject()) {
      throw new InvalidArgument(
          "stream settings", "body", "a JSON object", changes.getNodeType().toString());
    }
    for (Iterator<String> names = changes.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw new InvalidArgument(
            "unknown setting", name, "one of " + String.join(", ", FIELDS), name);
      }
    }
    return new StreamSettings(
        duration(changes, "retention", base.retention()),
        number(changes, "maxBytes", base.maxBytes()),
        text(changes, "mediaType", base.mediaType()),
        tags(changes, base.tags()),
        text(changes, "description", base.description()),
        durability(changes, base.durability()),
        Math.toIntExact(Math.clamp(number(changes, "priority", base.priority()), -1, 10)),
        duration(changes, "thinAfter", base.thinAfter()),
        duration(changes, "targetDuration", base.targetDuration()),
        duration(changes, "producerClockOffset", base.producerClockOffset()));
  }

  private static Duration duration(JsonNode node, String name, Duration otherwise) {
    return node.hasNonNull(name) ? Durations.parse(name, node.get(name).asText()) : otherwise;
  }

  private static long number(JsonNode node, String name, long otherwise) {
    if (!node.hasNonNull(name)) {
      return otherwise;
    }
    if (!node.get(name).canConvertToLong() || !node.get(name).isIntegralNumber()) {
      throw new InvalidArgument(
          "stream setting", name, "a whole number", node.get(name).toString());
    }
    return node.get(name).asLong();
  }

  private static Durability durability(JsonNode node, Durability otherwise) {
    String name = text(node, "durability", otherwise.name());
    for (Durability each : Durability.values()) {
      if (each.name().equalsIgnoreCase(name)) {
        return each;
      }
    }
    throw new InvalidArgument("stream setting", "durability", "fsync, written or memory", name);
  }

  private static String text(JsonNode node, String name, String otherwise) {
    return node.hasNonNull(name) ? node.get(name).asText() : otherwise;
  }

  private static Map<String, String> tags(JsonNode node, Map<String, String> otherwise) {
    if (!node.hasNonNull("tags")) {
      return otherwise;
    }
    if (!node.get("tags").isObject()) {
      throw new InvalidArgument(
          "stream setting", "tags", "an object of texts", node.get("tags").toString());
    }
    return texts(node.get("tags"));
  }

  private static Map<String, String> texts(JsonNode object) {
    var texts = new HashMap<String, String>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }
}
