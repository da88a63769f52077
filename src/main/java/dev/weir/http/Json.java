// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.InvalidArgument;
import dev.weir.model.TimeRange;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** JSON as this API writes and reads it. Stateless. */
final class Json {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static Response answer(HttpResponseStatus status, JsonNode body) {
    return Response.text(status, "application/json", body.toString());
  }

  /** UTC nanoseconds as RFC 3339 with milliseconds. */
  static String time(long ns) {
    return TIME.format(TimeRange.instant(ns));
  }

  /**
   * @throws InvalidArgument when the body is not JSON, or more than one value; an empty one is an
   *     empty object
   */
  static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      return object();
    }
    try {
      JsonNode node = MAPPER.readTree(body);
      return node == null ? object() : node;
    } catch (IOException e) {
      throw new InvalidArgument("invalid JSON", "body", "one JSON value", "something else");
    }
  }
}
