// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.signature;

import java.util.List;
import java.util.Optional;

/**
 * What of a request's head is signed. Immutable.
 *
 * @param method as sent
 * @param path as sent, without authority and query
 * @param query as sent, without the question mark; empty when there is none
 * @param fields in the order of the wire
 */
public record SignedHead(String method, String path, String query, List<Field> fields) {

  /** A header field; the name in lower case, the value as received. Immutable. */
  public record Field(String name, String value) {}

  public SignedHead {
    fields = List.copyOf(fields);
  }

  Optional<String> field(String name) {
    return fields.stream().filter(each -> each.name().equals(name)).map(Field::value).findFirst();
  }
}
