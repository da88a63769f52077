// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.CorruptRecord;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far a hook is in a stream. From the same position over the same archive follow the same
 * deliveries with the same sequence numbers, so a position that is older than what was delivered
 * costs repeats and nothing else. Immutable.
 *
 * @param sequence how many deliveries there were
 * @param watermark every fragment with a counter up to this is done
 * @param done counters above it that are done: fragments of two producers are published in another
 *     order than they are numbered
 * @param counter of the fragment begun; 0 when none is
 * @param within how many deliveries the fragment begun had
 * @param endNs producer time at which the last fragment ended; {@link Long#MIN_VALUE} when none did
 * @param live a fragment was seen and the end was not
 * @param silent silence was told since the last fragment
 * @param replayNs what is shown before this producer time was not asked for
 */
record Position(
    long sequence,
    long watermark,
    SortedSet<Long> done,
    long counter,
    int within,
    long endNs,
    boolean live,
    boolean silent,
    long replayNs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  Position {
    done = Collections.unmodifiableSortedSet(new TreeSet<>(done));
  }

  /** Before all fragments with a greater counter. */
  static Position after(long counter) {
    return new Position(
        0, counter, new TreeSet<>(), 0, 0, Long.MIN_VALUE, false, false, Long.MIN_VALUE);
  }

  boolean isDone(long fragment) {
    return fragment <= watermark || done.contains(fragment);
  }

  /** One more delivery, the next of a fragment. */
  Position delivered(long fragment) {
    int next = counter == fragment ? within + 1 : 1;
    return new Position(
        sequence + 1, watermark, done, fragment, next, endNs, live, silent, replayNs);
  }

  /** How many deliveries a fragment had. */
  int deliveredOf(long fragment) {
    return counter == fragment ? within : 0;
  }

  /**
   * A fragment is done.
   *
   * @param settled counters up to this are not published any more once a later one is done
   */
  Position finished(long fragment, long fragmentEndNs, long settled) {
    long mark = Math.max(watermark, Math.min(fragment, settled));
    var rest = new TreeSet<>(done.tailSet(mark + 1));
    if (fragment > mark) {
      rest.add(fragment);
    }
    return new Position(
        sequence, mark, rest, 0, 0, Math.max(endNs, fragmentEndNs), true, false, replayNs);
  }

  /** The stream is not pushed to any more, or is silent; told as one more delivery if it is. */
  Position told(boolean ended, boolean delivery) {
    return new Position(
        delivery ? sequence + 1 : sequence,
        watermark,
        done,
        counter,
        within,
        endNs,
        !ended && live,
        true,
        replayNs);
  }

  /** Back to before a fragment, with what is shown before a producer time left out. */
  Position replay(long beforeCounter, long fromNs) {
    return new Position(
        sequence, beforeCounter, new TreeSet<>(), 0, 0, Long.MIN_VALUE, false, false, fromNs);
  }

  String write() {
    ObjectNode node = JSON.createObjectNode();
    node.put("sequence", sequence).put("watermark", watermark);
    ArrayNode array = node.putArray("done");
    done.forEach(array::add);
    node.put("counter", counter).put("within", within).put("endNs", endNs);
    return node.put("live", live).put("silent", silent).put("replayNs", replayNs).toString();
  }

  /**
   * @throws CorruptRecord when it can't be read
   */
  static Position read(String document) {
    try {
      JsonNode node = JSON.readTree(document);
      var done = new TreeSet<Long>();
      node.path("done").forEach(each -> done.add(each.asLong()));
      return new Position(
          node.path("sequence").asLong(),
          node.path("watermark").asLong(),
          done,
          node.path("counter").asLong(),
          node.path("within").asInt(),
          node.path("endNs").asLong(),
          node.path("live").asBoolean(),
          node.path("silent").asBoolean(),
          node.path("replayNs").asLong());
    } catch (IOException e) {
      throw new CorruptRecord("checkpoint", "ledger", "a position", String.valueOf(e.getMessage()));
    }
  }
}
