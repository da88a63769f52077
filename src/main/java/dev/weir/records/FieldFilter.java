// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.InvalidArgument;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition on a field: {@code label=person}, {@code box.score>=0.5}. Numbers are compared as
 * numbers, everything else as text, of which only equality makes sense. Immutable.
 */
public record FieldFilter(String path, String operator, String value) {

  private static final Pattern FORM =
      Pattern.compile("([a-zA-Z0-9_.-]{1,128})(>=|<=|!=|=|<|>)(.{0,256})");
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

  /**
   * @throws InvalidArgument when it is no condition
   */
  public static FieldFilter parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidArgument(
          "invalid condition", "where", "a field, one of = != < <= > >=, and a value", "another");
    }
    return new FieldFilter(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  boolean matches(TimedRecord record) {
    JsonNode field = record.field(path);
    if (field.isMissingNode() || field.isContainerNode()) {
      return false;
    }
    Optional<Integer> order = order(field);
    boolean equal = order.map(each -> each == 0).orElse(field.asText().equals(value));
    return switch (operator) {
      case "=" -> equal;
      case "!=" -> !equal;
      case "<" -> order.isPresent() && order.get() < 0;
      case "<=" -> order.isPresent() && order.get() <= 0;
      case ">" -> order.isPresent() && order.get() > 0;
      default -> order.isPresent() && order.get() >= 0;
    };
  }

  private Optional<Integer> order(JsonNode field) {
    return field.isNumber() && NUMBER.matcher(value).matches()
        ? Optional.of(field.decimalValue().compareTo(new BigDecimal(value)))
        : Optional.empty();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return path + operator + value;
  }
}
