// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kinesis.Caller;
import java.util.Optional;

/**
 * A call of an operation whose input has been checked. Immutable.
 *
 * @param operation what is called
 * @param caller who calls
 * @param input its members
 * @param endpoint scheme, host and port under which the client reached the server
 */
record Call(Operation operation, Caller caller, JsonNode input, String endpoint) {

  boolean has(String name) {
    return !Rule.absent(input.path(name));
  }

  Optional<String> text(String name) {
    return has(name) ? Optional.of(input.get(name).textValue()) : Optional.empty();
  }

  String required(String name) {
    return input.get(name).textValue();
  }

  long number(String name, long otherwise) {
    return has(name) ? input.get(name).longValue() : otherwise;
  }
}
