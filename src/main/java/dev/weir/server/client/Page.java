// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads the lists that a server answers page by page. Stateless. */
final class Page {

  private static final String ITEMS = "1000";

  private Page() {}

  /**
   * Gives each item of a list, page after page.
   *
   * @param namesAndValues the query, in turn
   */
  static void eachItem(
      Server server, String path, Consumer<JsonNode> action, String... namesAndValues) {
    String cursor = "";
    do {
      var query = new ArrayList<>(List.of(namesAndValues));
      query.addAll(List.of("limit", ITEMS, "cursor", cursor));
      ObjectNode page = server.json(path + Server.query(query.toArray(String[]::new)));
      page.path("items").forEach(action);
      cursor = page.path("cursor").asText("");
    } while (!cursor.isEmpty());
  }
}
