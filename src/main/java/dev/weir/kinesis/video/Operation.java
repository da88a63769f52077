// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.kinesis.Caller;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.io.IOException;

/**
 * An operation of the service. Immutable; what it does blocks on the disk.
 *
 * @param name as permissions name it
 * @param path where it is called, by POST
 * @param input what it takes
 * @param denied what its clients know as the error of a missing permission
 * @param kind what answering takes
 */
public record Operation(
    String name, String path, Structure input, ErrorName denied, Kind kind, Action action) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What answering takes. */
  public enum Kind {
    /** The disk. */
    READING,
    /** A decoder, for as long as it needs. */
    DECODING,
    /** A body without an end. */
    ENDLESS
  }

  @FunctionalInterface
  interface Action {
    Answer answer(Call call);
  }

  /** An operation whose path is its name, with a small letter first: all but a few are. */
  static Operation of(String name, Structure input, ErrorName denied, Action action) {
    return new Operation(name, path(name), input, denied, Kind.READING, action);
  }

  /** One whose answer is a body without an end. */
  static Operation endless(String name, Structure input, Action action) {
    return new Operation(name, path(name), input, ErrorName.NOT_AUTHORIZED, Kind.ENDLESS, action);
  }

  /** One that waits for pictures. */
  static Operation decoding(String name, Structure input, Action action) {
    return new Operation(name, path(name), input, ErrorName.NOT_AUTHORIZED, Kind.DECODING, action);
  }

  /** The same, no more often than it may be called. */
  Operation within(Throttle throttle) {
    return new Operation(
        name,
        path,
        input,
        denied,
        kind,
        call -> {
          throttle.call(name);
          return action.answer(call);
        });
  }

  private static String path(String name) {
    return "/" + Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /**
   * Answers a call.
   *
   * @param body JSON; no body is an empty object
   * @param endpoint scheme, host and port under which the client reached the server
   */
  public Answer answer(Caller caller, byte[] body, String endpoint) {
    JsonNode members = members(body);
    input.check("", members);
    return action.answer(new Call(this, caller, members, endpoint));
  }

  private static JsonNode members(byte[] body) {
    try {
      JsonNode members = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      if (members.isObject()) {
        return members;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new Refusal(ErrorName.INVALID_ARGUMENT, "the body must be a JSON object");
  }
}
