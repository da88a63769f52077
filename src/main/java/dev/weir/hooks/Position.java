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
 * @param watermark every fragment with a counter up to this is done; of records, every one with a
 *     number up to this
 * @param done counters above it that are done: fragments of two producers are published in another
 *     order than they are numbered
 * @param counter of the fragment begun; 0 when none is
 * @param within how many deliveries the fragment begun had
 * @param endNs producer time at which the last fragment ended; {@link Long#MIN_VALUE} when none did
 * @param live a fragment was seen and the end was not
 * @param silent silence was told since the last fragment
 * @param replayNs of a replay: what ends before this producer time was not asked for
 * @param replayTo of a replay: the counter up to which it goes; what is numbered later just comes
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
    long replayNs,
    long replayTo) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A fragment that was on its way while more than these were done is not told of: a checkpoint has
   * an end.
   */
  private static final int MOST_DONE = 4096;

  Position {
    done = Collections.unmodifiableSortedSet(new TreeSet<>(done));
  }

  /** Before all fragments with a greater counter. */
  static Position after(long counter) {
    return new Position(
        0, counter, new TreeSet<>(), 0, 0, Long.MIN_VALUE, false, false, Long.MIN_VALUE, 0);
  }

  boolean isDone(long fragment) {
    return fragment <= watermark || done.contains(fragment);
  }

  /** One more delivery, the next of a fragment. */
  Position delivered(long fragment) {
    int next = counter == fragment ? within + 1 : 1;
    return new Position(
        sequence + 1, watermark, done, fragment, next, endNs, live, silent, replayNs, replayTo);
  }

  /** How many deliveries a fragment had. */
  int deliveredOf(long fragment) {
    return counter == fragment ? within : 0;
  }

  /** A fragment is done. */
  Position finished(long fragment, long fragmentEndNs) {
    var all = new TreeSet<>(done);
    all.add(fragment);
    long mark = all.size() > MOST_DONE ? all.first() : watermark;
    return new Position(
            sequence,
            watermark,
            all,
            0,
            0,
            Math.max(endNs, fragmentEndNs),
            true,
            false,
            replayNs,
            replayTo)
        .passed(mark);
  }

  /** All up to a counter are done, or will never be there. */
  Position passed(long mark) {
    return mark <= watermark
        ? this
        : new Position(
            sequence,
            mark,
            done.tailSet(mark + 1),
            counter,
            within,
            endNs,
            live,
            silent,
            replayNs,
            replayTo);
  }

  /** One more delivery, of a record: they are numbered in the order in which they are there. */
  Position deliveredRecord(long number) {
    return new Position(sequence + 1, number, done, 0, 0, endNs, live, silent, replayNs, replayTo);
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
        replayNs,
        replayTo);
  }

  /**
   * Back to before a counter; up to another what ends before a producer time is left out.
   *
   * @param numbered how many numbers are taken
   */
  Position replay(long numbered, long beforeCounter, long fromNs, long toCounter) {
    return new Position(
        numbered,
        beforeCounter,
        new TreeSet<>(),
        0,
        0,
        Long.MIN_VALUE,
        false,
        false,
        fromNs,
        toCounter);
  }

  /** Whether what has a counter was there when the replay was asked for. */
  boolean replays(long fragment) {
    return fragment <= replayTo;
  }

  String write() {
    ObjectNode node = JSON.createObjectNode();
    node.put("sequence", sequence).put("watermark", watermark);
    ArrayNode array = node.putArray("done");
    done.forEach(array::add);
    node.put("counter", counter).put("within", within).put("endNs", endNs);
    return node.put("live", live)
        .put("silent", silent)
        .put("replayNs", replayNs)
        .put("replayTo", replayTo)
        .toString();
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
          node.path("replayNs").asLong(),
          node.path("replayTo").asLong());
    } catch (IOException e) {
      throw new CorruptRecord("checkpoint", "ledger", "a position", String.valueOf(e.getMessage()));
    }
  }
}
