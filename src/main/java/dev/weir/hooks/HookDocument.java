// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Durations;
import dev.weir.model.CorruptRecord;
import dev.weir.model.InvalidArgument;
import dev.weir.playback.frame.FrameForm;
import dev.weir.records.FieldFilter;
import dev.weir.records.RecordFilter;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A hook as JSON: in the ledger, and as clients write and read it. Stateless. */
public final class HookDocument {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_URL = 2000;
  private static final List<String> FIELDS =
      List.of(
          "streams", "on", "every", "latest", "url", "secret", "format", "image", "width", "height",
          "quality", "after", "type", "where", "limit", "giveUp");

  private HookDocument() {}

  /**
   * A hook as a client states it.
   *
   * @throws InvalidArgument when a field is missing, unknown, or makes no sense
   */
  public static Hook parse(String id, JsonNode node, Instant created) {
    if (!node.isObject()) {
      throw new InvalidArgument("hook", "body", "a JSON object", node.getNodeType().toString());
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw new InvalidArgument(
            "unknown field", name, "one of " + String.join(", ", FIELDS), name);
      }
    }
    HookEvent on = HookEvent.of(required(node, "on"));
    return new Hook(
        id,
        required(node, "streams"),
        on,
        every(node.path("every").asText("1s")),
        node.path("latest").asBoolean(false),
        url(required(node, "url")),
        node.path("secret").asText(""),
        json(node, on),
        form(node),
        duration(node, "after", Hook.DEFAULT_AFTER),
        records(node),
        duration(node, "limit", Hook.DEFAULT_LIMIT),
        duration(node, "giveUp", Hook.DEFAULT_GIVE_UP),
        created);
  }

  private static Duration every(String text) {
    if (text.equals("keyframe")) {
      return Duration.ZERO;
    }
    Duration every = Durations.parse("every", text);
    if (every.isZero()) {
      throw new InvalidArgument("hook", "every", Hook.EVERY, text);
    }
    return every;
  }

  private static Duration duration(JsonNode node, String name, Duration otherwise) {
    return node.has(name) ? Durations.parse(name, node.path(name).asText()) : otherwise;
  }

  private static String required(JsonNode node, String name) {
    if (!node.hasNonNull(name)) {
      throw new InvalidArgument("missing field", name, "a value", "none");
    }
    return node.get(name).asText();
  }

  private static URI url(String text) {
    return web(text)
        .orElseThrow(() ->
            new InvalidArgument(
                "hook", "url", "an http or https address without a user", "another text"));
  }

  /** A web address that deliveries can go to. */
  static Optional<URI> web(String text) {
    try {
      var url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web
          && url.getHost() != null
          && url.getUserInfo() == null
          && text.length() <= LONGEST_URL) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    return Optional.empty();
  }

  private static boolean json(JsonNode node, HookEvent on) {
    String format = node.path("format").asText(on == HookEvent.FRAME ? "image" : "json");
    if (format.equals("json") || (format.equals("image") && on == HookEvent.FRAME)) {
      return format.equals("json");
    }
    throw new InvalidArgument("hook", "format", "json, or image of frames", format);
  }

  private static FrameForm form(JsonNode node) {
    String image = node.path("image").asText("jpg");
    if (!image.equals("jpg") && !image.equals("png")) {
      throw new InvalidArgument("hook", "image", "jpg or png", image);
    }
    return new FrameForm(
        image.equals("png"),
        number(node, "quality", FrameForm.DEFAULT_QUALITY, 100),
        number(node, "width", FrameForm.LARGEST_SIDE, FrameForm.LARGEST_SIDE),
        number(node, "height", FrameForm.LARGEST_SIDE, FrameForm.LARGEST_SIDE));
  }

  private static int number(JsonNode node, String name, int otherwise, int max) {
    int value = node.path(name).asInt(otherwise);
    if (value < 1 || value > max) {
      throw new InvalidArgument("hook", name, "1 to " + max, Integer.toString(value));
    }
    return value;
  }

  /** Conditions as of a query of records: one, or a list. */
  private static RecordFilter records(JsonNode node) {
    JsonNode where = node.path("where");
    var filters = new ArrayList<FieldFilter>();
    if (where.isTextual()) {
      filters.add(FieldFilter.parse(where.asText()));
    } else {
      where.forEach(each -> filters.add(FieldFilter.parse(each.asText())));
    }
    return new RecordFilter(Optional.ofNullable(node.path("type").textValue()), filters);
  }

  /** A hook as clients see it: its secret is only said to be there. */
  public static ObjectNode describe(Hook hook) {
    ObjectNode node = fields(hook);
    node.put("secret", !hook.secret().isEmpty());
    return node.put("created", hook.created().toString());
  }

  private static ObjectNode fields(Hook hook) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", hook.id()).put("streams", hook.streams()).put("on", hook.on().toString());
    node.put("url", hook.url().toString()).put("format", hook.json() ? "json" : "image");
    if (hook.on() == HookEvent.FRAME) {
      node.put("every", hook.keyFrames() ? "keyframe" : Durations.format(hook.every()));
      node.put("latest", hook.latest())
          .put("image", hook.form().extension())
          .put("width", hook.form().maxWidth())
          .put("height", hook.form().maxHeight())
          .put("quality", hook.form().quality());
    }
    if (hook.on() == HookEvent.SILENT) {
      node.put("after", Durations.format(hook.after()));
    }
    if (hook.on() == HookEvent.RECORD) {
      hook.records().type().ifPresent(type -> node.put("type", type));
      ArrayNode where = node.putArray("where");
      hook.records().where().forEach(each -> where.add(each.toString()));
    }
    node.put("limit", Durations.format(hook.limit()));
    return node.put("giveUp", Durations.format(hook.giveUp()));
  }

  static String write(Hook hook) {
    return fields(hook)
        .put("secret", hook.secret())
        .put("created", hook.created().toString())
        .toString();
  }

  /**
   * @throws CorruptRecord when it can't be read
   */
  static Hook read(String document) {
    try {
      ObjectNode node = (ObjectNode) JSON.readTree(document);
      String id = node.remove("id").asText();
      return parse(id, node, Instant.parse(node.remove("created").asText()));
    } catch (IOException | ClassCastException | InvalidArgument e) {
      throw new CorruptRecord("hook", "ledger", "a hook", String.valueOf(e.getMessage()));
    }
  }
}
