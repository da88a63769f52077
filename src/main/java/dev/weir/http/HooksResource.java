// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.hooks.Hook;
import dev.weir.hooks.HookDocument;
import dev.weir.model.InvalidArgument;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/** {@code /v1/hooks}: who is told of what. Thread-safe; blocks on the catalog. */
final class HooksResource {

  private static final int MOST_ITEMS = 1000;

  private final Services services;

  HooksResource(Services services) {
    this.services = services;
  }

  Response list(Request request) {
    int limit = request.number("limit", 100, 1, MOST_ITEMS);
    List<Hook> found = services.hooks().list(request.parameter("cursor").orElse(""), limit + 1);
    ObjectNode body = Json.object();
    ArrayNode items = body.putArray("items");
    found.stream().limit(limit).forEach(hook -> items.add(HookDocument.describe(hook)));
    if (found.size() > limit) {
      body.put("cursor", found.get(limit - 1).id());
    }
    return Json.answer(HttpResponseStatus.OK, body);
  }

  Response one(Request request) {
    return Json.answer(
        HttpResponseStatus.OK,
        HookDocument.describe(services.hooks().require(request.variable("id"))));
  }

  Response put(Request request) {
    Map.Entry<Hook, Boolean> put =
        services.hooks().put(request.variable("id"), Json.parse(request.body().toArray()));
    return Json.answer(
        put.getValue() ? HttpResponseStatus.CREATED : HttpResponseStatus.OK,
        HookDocument.describe(put.getKey()));
  }

  Response delete(Request request) {
    services.hooks().delete(request.variable("id"));
    return Response.empty(HttpResponseStatus.NO_CONTENT);
  }

  Response replay(Request request) {
    String id = services.hooks().require(request.variable("id")).id();
    ObjectNode body = Json.object();
    if (request.parameter("dead").map(Boolean::parseBoolean).orElse(false)) {
      body.put("letters", services.hooks().replayDead(id));
    } else {
      long fromNs =
          request
              .timeNs("from")
              .orElseThrow(() ->
                  new InvalidArgument("missing parameter", "from", "a time, or dead=true", "none"));
      body.put("streams", services.hooks().replay(id, fromNs));
    }
    return Json.answer(HttpResponseStatus.ACCEPTED, body);
  }

  Response deliveries(Request request) {
    return Json.answer(
        HttpResponseStatus.OK, services.hooks().report(request.variable("id")).json());
  }
}
