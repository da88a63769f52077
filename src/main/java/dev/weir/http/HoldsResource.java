// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Hold;
import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/**
 * {@code /v1/streams/{s}/holds}: ranges that nothing may delete, and {@code DELETE …/fragments}:
 * ranges that must go now. Thread-safe; blocks on the archive.
 */
final class HoldsResource {

  private static final List<String> FIELDS = List.of("from", "to", "reason");

  private final Services services;

  HoldsResource(Services services) {
    this.services = services;
  }

  Response list(Request request) {
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    services.streams().require(request.stream()).holds().forEach(hold -> items.add(describe(hold)));
    return Json.answer(HttpResponseStatus.OK, body);
  }

  Response put(Request request) {
    JsonNode body = Json.parse(request.body().toArray());
    checkFields(body);
    var hold =
        new Hold(
            request.variable("id"),
            new TimeRange(time(body, "from"), time(body, "to")),
            body.path("reason").asText(""));
    services.streams().hold(request.stream(), hold);
    return Json.answer(HttpResponseStatus.OK, describe(hold));
  }

  private static void checkFields(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidArgument("hold", "body", "a JSON object", body.getNodeType().toString());
    }
    body.fieldNames()
        .forEachRemaining(name -> {
          if (!FIELDS.contains(name)) {
            throw new InvalidArgument(
                "unknown field of a hold", name, "one of " + String.join(", ", FIELDS), name);
          }
        });
    if (body.hasNonNull("reason") && !body.get("reason").isTextual()) {
      throw new InvalidArgument("hold", "reason", "a text", body.get("reason").toString());
    }
  }

  private static long time(JsonNode body, String name) {
    if (!body.hasNonNull(name)) {
      throw new InvalidArgument("missing field", name, "a time", "none");
    }
    return Request.timeNs(name, body.get(name).asText());
  }

  Response delete(Request request) {
    services.streams().release(request.stream(), request.variable("id"));
    return Response.empty(HttpResponseStatus.NO_CONTENT);
  }

  /** Both ends are asked for: a slip must not delete everything. */
  Response forget(Request request) {
    for (String end : new String[] {"from", "to"}) {
      if (request.parameter(end).isEmpty()) {
        throw new InvalidArgument("missing parameter", end, "a time", "none");
      }
    }
    services.streams().forget(request.stream(), StreamsResource.range(request));
    StreamId stream = services.streams().require(request.stream()).id();
    services.storyboards().forget(stream);
    services.records().forget(stream, StreamsResource.range(request));
    return Response.empty(HttpResponseStatus.NO_CONTENT);
  }

  private static ObjectNode describe(Hold hold) {
    return Json.object()
        .put("id", hold.id())
        .put("from", Json.time(hold.range().fromNs()))
        .put("to", Json.time(hold.range().toNs()))
        .put("reason", hold.reason());
  }
}
