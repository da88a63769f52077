// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The members that an input has, or an object in it. Members that it does not have are passed over:
 * a newer client may know more. Immutable.
 *
 * @param members by name
 */
record Structure(Map<String, Member> members) implements Rule {

  record Member(Rule rule, boolean required) {}

  static final Structure EMPTY = new Structure(Map.of());

  Structure required(String name, Rule rule) {
    return with(name, new Member(rule, true));
  }

  Structure optional(String name, Rule rule) {
    return with(name, new Member(rule, false));
  }

  private Structure with(String name, Member member) {
    var more = new LinkedHashMap<>(members);
    more.put(name, member);
    return new Structure(more);
  }

  @Override
  public void check(String path, JsonNode value) {
    if (!value.isObject()) {
      throw Rule.broken(path, "must be an object");
    }
    members.forEach((name, member) -> {
      String at = path.isEmpty() ? name : path + "." + name;
      JsonNode found = value.path(name);
      if (!Rule.absent(found)) {
        member.rule.check(at, found);
      } else if (member.required) {
        throw Rule.broken(at, "must not be null");
      }
    });
  }
}
