// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How a hook is doing, as clients read it. Immutable. */
public final class HookReport {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode node;

  private HookReport(ObjectNode node) {
    this.node = node;
  }

  /** How far it is in a stream. */
  record OfStream(String stream, long sequence, boolean retrying) {}

  static HookReport of(
      List<Attempts.Attempt> attempts, List<DeadLetters.Letter> dead, List<OfStream> streams) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode items = node.putArray("items");
    for (Attempts.Attempt each : attempts) {
      items
          .addObject()
          .put("time", each.time())
          .put("stream", each.stream())
          .put("sequence", each.sequence())
          .put("event", each.event())
          .put("attempt", each.attempt())
          .put("outcome", each.outcome());
    }
    ArrayNode letters = node.putArray("dead");
    dead.forEach(each -> letters.add(each.describe()));
    ArrayNode byStream = node.putArray("streams");
    for (OfStream each : streams) {
      byStream
          .addObject()
          .put("stream", each.stream())
          .put("sequence", each.sequence())
          .put("retrying", each.retrying());
    }
    return new HookReport(node);
  }

  public ObjectNode json() {
    return node;
  }
}
