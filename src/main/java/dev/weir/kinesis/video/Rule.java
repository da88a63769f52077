// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the value of a member must be, as the service's model says it. Immutable. */
interface Rule {

  /**
   * @param path of the member, for the error
   * @throws Refusal when the value breaks the rule
   */
  void check(String path, JsonNode value);

  /** A text of so many characters. */
  record Text(int min, int max, Pattern pattern) implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      require(value.isTextual(), path, "must be a string");
      String text = value.textValue();
      require(
          text.length() >= min && text.length() <= max,
          path,
          "must have length between " + min + " and " + max);
      require(
          pattern.matcher(text).matches(),
          path,
          "must satisfy regular expression pattern: " + pattern);
    }
  }

  /** One of some words. */
  record Choice(List<String> words) implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      require(
          value.isTextual() && words.contains(value.textValue()),
          path,
          "must satisfy enum value set: " + words);
    }
  }

  /** A whole number. */
  record Whole(long min, long max) implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      boolean whole =
          value.isNumber() && value.canConvertToLong() && value.canConvertToExactIntegral();
      require(whole, path, "must be a whole number");
      require(
          value.longValue() >= min && value.longValue() <= max,
          path,
          "must have value between " + min + " and " + max);
    }
  }

  /** Seconds since 1970, with a fraction or without. */
  record Timestamp() implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      require(value.isNumber(), path, "must be seconds since 1970");
      Times.nanos(path, value);
    }
  }

  record Flag() implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      require(value.isBoolean(), path, "must be true or false");
    }
  }

  record Many(int min, int max, Rule each) implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      require(value.isArray(), path, "must be a list");
      require(
          value.size() >= min && value.size() <= max,
          path,
          "must have length between " + min + " and " + max);
      for (int i = 0; i < value.size(); i++) {
        each.check(path + "." + (i + 1) + ".member", value.get(i));
      }
    }
  }

  record Pairs(int min, int max, Rule key, Rule value) implements Rule {
    @Override
    public void check(String path, JsonNode found) {
      require(found.isObject(), path, "must be a map");
      require(
          found.size() >= min && found.size() <= max,
          path,
          "must have length between " + min + " and " + max);
      for (Map.Entry<String, JsonNode> entry : found.properties()) {
        key.check(path, TextNode.valueOf(entry.getKey()));
        value.check(path + "." + entry.getKey(), entry.getValue());
      }
    }
  }

  /** The same with an error of its own. */
  record Other(Rule rule, Refusal refusal) implements Rule {
    @Override
    public void check(String path, JsonNode value) {
      try {
        rule.check(path, value);
      } catch (Refusal e) {
        throw refusal;
      }
    }
  }

  private static void require(boolean holds, String path, String constraint) {
    if (!holds) {
      throw broken(path, constraint);
    }
  }

  /** The error of a member that breaks its rule. */
  static Refusal broken(String path, String constraint) {
    return new Refusal(
        ErrorName.INVALID_ARGUMENT,
        "1 validation error detected: Value at '"
            + path
            + "' failed to satisfy constraint: Member "
            + constraint);
  }

  /** Whether a member counts as left out. */
  static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.getNodeType() == JsonNodeType.NULL;
  }
}
