// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.StreamId;
import java.util.HashMap;
import java.util.Map;

/** The calls of one operation that go on, by their stream. Thread-safe. */
final class OpenCalls {

  private final String operation;
  private final int most;
  private final ErrorName tooMany;
  private final Map<StreamId, Integer> open = new HashMap<>();

  /**
   * @param most of a stream at a time
   * @param tooMany what one more is refused with
   */
  OpenCalls(String operation, int most, ErrorName tooMany) {
    this.operation = operation;
    this.most = most;
    this.tooMany = tooMany;
  }

  /**
   * @throws Refusal when there are as many as there may be
   */
  synchronized void enter(StreamId stream) {
    if (open.getOrDefault(stream, 0) >= most) {
      throw new Refusal(
          tooMany, "A stream takes " + most + " " + operation + " connections at a time.");
    }
    open.merge(stream, 1, Integer::sum);
  }

  synchronized void leave(StreamId stream) {
    open.computeIfPresent(stream, (id, count) -> count == 1 ? null : count - 1);
  }
}
