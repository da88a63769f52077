// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.control.Stream;
import dev.weir.model.Bytes;
import dev.weir.model.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How deliveries of a hook and a stream are written as JSON. Immutable. */
final class Messages {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Hook hook;
  private final Stream stream;

  Messages(Hook hook, Stream stream) {
    this.hook = hook;
    this.stream = stream;
  }

  static String time(long ns) {
    return TIME.format(TimeRange.instant(ns));
  }

  /** What stands in every body. */
  ObjectNode body(Position position, long timeNs) {
    return JSON.createObjectNode()
        .put("hook", hook.id())
        .put("stream", stream.name().value())
        .put("event", hook.on().toString())
        .put("sequence", position.sequence() + 1)
        .put("time", time(timeNs));
  }

  /**
   * @param of number of the fragment or of the record; empty when it is of none
   */
  Delivery delivery(ObjectNode body, Position position, long timeNs, String of) {
    return new Delivery(
        hook.on(),
        position.sequence() + 1,
        timeNs,
        of,
        "application/json",
        Bytes.copyOf(body.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
