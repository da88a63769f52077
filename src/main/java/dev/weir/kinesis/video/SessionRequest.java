// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.StreamId;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request for something of a session whose token counts. Immutable.
 *
 * @param token as it came
 * @param session what it says
 * @param parameter of the query, by its name
 */
record SessionRequest(
    String token, JsonNode session, Function<String, Optional<String>> parameter) {

  private static final int MOST_TRACKS = 1000;

  StreamId stream() {
    return StreamId.parse(session.get("stream").asText());
  }

  int trackIndex() {
    long number = number("TrackNumber");
    if (number < 1 || number > MOST_TRACKS) {
      throw Rule.broken("TrackNumber", "must be between 1 and " + MOST_TRACKS);
    }
    return (int) number - 1;
  }

  String text(String name) {
    return parameter.apply(name).orElse("");
  }

  /** A number of the query; zero when it is not there. */
  long number(String name) {
    String text = parameter.apply(name).orElse("0");
    if (!text.matches("[0-9]{1,18}")) {
      throw Rule.broken(name, "must be a whole number");
    }
    return Long.parseLong(text);
  }
}
