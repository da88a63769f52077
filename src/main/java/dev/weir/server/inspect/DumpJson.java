// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.inspect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.bytes.DumpLine;
import dev.weir.server.cli.Json;

/** A dump line for machines: one JSON object. Stateless. */
final class DumpJson {

  private DumpJson() {}

  static String of(DumpLine line) {
    ObjectNode json = Json.object().put("depth", line.depth());
    line.offset().ifPresent(offset -> json.put("offset", offset));
    line.length().ifPresent(length -> json.put("length", length));
    json.put("name", line.name());
    ObjectNode fields = json.putObject("fields");
    line.fields().forEach(fields::putPOJO);
    return json.toString();
  }
}
