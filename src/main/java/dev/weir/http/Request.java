// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import dev.weir.control.Durations;
import dev.weir.model.Bytes;
import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request head, decoded: path variables and parameters by name. Immutable.
 *
 * @param path the segments of the path, each decoded
 * @param query the query as sent, without the question mark
 * @param variables what stands for the braces of the route
 * @param body the whole body of a request that is not a push; empty otherwise
 * @param localAuthority host and port under which the client reached the server
 */
record Request(
    HttpMethod method,
    List<String> path,
    String query,
    Map<String, String> variables,
    Map<String, List<String>> parameters,
    HttpHeaders headers,
    Bytes body,
    String localAuthority) {

  private static final long LATEST_MILLIS = 9_223_372_036_854L;

  StreamName stream() {
    return new StreamName(variable("s"));
  }

  /** The path for people and for tables of fixed paths. */
  String pathText() {
    return "/" + String.join("/", path);
  }

  String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalStateException("route without {" + name + "}");
    }
    return value;
  }

  Optional<String> parameter(String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }

  Optional<String> header(CharSequence name) {
    return Optional.ofNullable(headers.get(name));
  }

  Request with(Map<String, String> found) {
    return new Request(method, path, query, found, parameters, headers, body, localAuthority);
  }

  Request with(Bytes whole) {
    return new Request(method, path, query, variables, parameters, headers, whole, localAuthority);
  }

  /**
   * A time parameter, RFC 3339 or epoch milliseconds, as UTC nanoseconds.
   *
   * @throws InvalidArgument when it is neither
   */
  Optional<Long> timeNs(String name) {
    return parameter(name).map(text -> timeNs(name, text));
  }

  static long timeNs(String name, String text) {
    if (text.matches("-?[0-9]{1,16}")) {
      long millis = Long.parseLong(text);
      if (Math.abs(millis) > LATEST_MILLIS) {
        throw new InvalidArgument("invalid time", name, "a time between 1678 and 2262", text);
      }
      return millis * 1_000_000;
    }
    try {
      Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
      return TimeRange.nanos(instant);
    } catch (DateTimeException e) {
      throw new InvalidArgument(
          "invalid time",
          name,
          "RFC 3339 (2026-01-31T08:00:00Z) or epoch milliseconds",
          text.length() > 64 ? "a long text" : text);
    }
  }

  /**
   * A duration parameter, in nanoseconds.
   *
   * @throws InvalidArgument when it is none, or negative
   */
  Optional<Long> durationNs(String name) {
    return parameter(name)
        .map(text -> {
          Duration duration = Durations.parse(name, text);
          if (duration.isNegative()) {
            throw new InvalidArgument("invalid duration", name, "zero or more", text);
          }
          return duration.toNanos();
        });
  }

  /**
   * @throws InvalidArgument when the parameter is not a whole number in the range
   */
  int number(String name, int otherwise, int min, int max) {
    Optional<String> text = parameter(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InvalidArgument("invalid number", name, min + " to " + max, text.get());
  }
}
