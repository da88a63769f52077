// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.inspect;

import dev.weir.bytes.DumpLine;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Dump lines for people: offset, length, what it is, what it says, in columns. Immutable. */
final class DumpText {

  /** Fields begin at every fourth column, so that those of like lines stand below each other. */
  private static final int TAB = 4;

  private final int nameColumns;

  /**
   * @param nameColumns room for names and their indentation
   */
  DumpText(int nameColumns) {
    this.nameColumns = nameColumns;
  }

  /** What stands above the columns. */
  String heading(String what) {
    return columns("offset", "length", what, "");
  }

  String of(DumpLine line) {
    return columns(
        number(line.offset(), ""),
        number(line.length(), line.offset().isPresent() ? "unknown" : ""),
        "  ".repeat(line.depth()) + line.name(),
        fields(line.fields()));
  }

  private String columns(String offset, String length, String name, String fields) {
    String format = "%12s %12s  %-" + nameColumns + "s  %s";
    return String.format(Locale.ROOT, format, offset, length, name, fields).stripTrailing();
  }

  private static String number(OptionalLong value, String otherwise) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : otherwise;
  }

  private static String fields(Map<String, Object> fields) {
    var text = new StringBuilder();
    fields.forEach((name, value) -> {
      String shown = printable(value.toString());
      text.append(name.equals("value") ? shown : name + "=" + shown).append("  ");
      text.append(" ".repeat(Math.floorMod(-text.length(), TAB)));
    });
    return text.toString();
  }

  /** Text out of a file must not move anybody's cursor. */
  private static String printable(String value) {
    var text = new StringBuilder();
    value
        .codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) || !Character.isDefined(c)) {
            text.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            text.appendCodePoint(c);
          }
        });
    return text.toString();
  }
}
