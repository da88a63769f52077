// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.catalog.Ledger;
import dev.weir.model.CorruptRecord;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * Deliveries that were given up, each with what makes it anew: the position it followed from. The
 * oldest go when there are too many. Thread-safe; blocks on SQL.
 */
final class DeadLetters {

  private static final String ROOM = "dead/";
  private static final int MOST = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Ledger ledger;

  DeadLetters(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * One that was given up. Immutable.
   *
   * @param stream its name
   * @param of number of the fragment or of the record it was of; empty when it was of none
   * @param again whether it is to be sent once more
   */
  record Letter(
      String stream,
      long sequence,
      String event,
      String of,
      String time,
      String reason,
      int attempts,
      String position,
      boolean again) {

    String key() {
      return String.format(Locale.ROOT, "%s/%019d/%s", stream, sequence, of);
    }

    Letter toBeSentAgain() {
      return new Letter(stream, sequence, event, of, time, reason, attempts, position, true);
    }

    Letter sentInVain() {
      return new Letter(stream, sequence, event, of, time, reason, attempts + 1, position, false);
    }

    ObjectNode describe() {
      ObjectNode node = JSON.createObjectNode().put("stream", stream).put("sequence", sequence);
      node.put("event", event).put(subject(event), of).put("time", time);
      return node.put("reason", reason).put("attempts", attempts).put("again", again);
    }
  }

  /** What a letter's event is of. */
  private static String subject(String event) {
    return event.equals(HookEvent.RECORD.toString()) ? "record" : "fragment";
  }

  synchronized void add(String hook, Letter letter) {
    ledger.put(
        ROOM + hook,
        Map.of(letter.key(), letter.describe().put("position", letter.position).toString()));
    SortedMap<String, String> all = ledger.all(ROOM + hook);
    if (all.size() > MOST) {
      ledger.delete(ROOM + hook, all.firstKey());
    }
    ledger.sync();
  }

  List<Letter> of(String hook) {
    return ledger.all(ROOM + hook).values().stream().map(DeadLetters::read).toList();
  }

  private static Letter read(String document) {
    try {
      JsonNode node = JSON.readTree(document);
      return new Letter(
          node.path("stream").asText(),
          node.path("sequence").asLong(),
          node.path("event").asText(),
          node.path(subject(node.path("event").asText())).asText(),
          node.path("time").asText(),
          node.path("reason").asText(),
          node.path("attempts").asInt(),
          node.path("position").asText(),
          node.path("again").asBoolean());
    } catch (IOException e) {
      throw new CorruptRecord("dead letter", "ledger", "a letter", String.valueOf(e.getMessage()));
    }
  }

  void remove(String hook, Letter letter) {
    ledger.delete(ROOM + hook, letter.key());
  }

  void removeAll(String hook) {
    ledger.deleteAll(ROOM + hook);
  }
}
