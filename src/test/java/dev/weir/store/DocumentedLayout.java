// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes bytes by the tables of a reference page alone, as somebody would who has the page and not
 * the program. Immutable.
 */
final class DocumentedLayout {

  /** A row of a table of fields. */
  private record Row(String at, String type, String condition, String field, String meaning) {}

  /** A table's fields by name, in the page's order. */
  record Fields(Map<String, Object> byName) {

    private <T> T field(String name, Class<T> type) {
      return type.cast(
          Objects.requireNonNull(byName.get(name), () -> "no field " + name + " in " + byName));
    }

    long number(String name) {
      return field(name, Long.class);
    }

    byte[] bytes(String name) {
      return field(name, byte[].class);
    }

    Fields inner(String name) {
      return field(name, Fields.class);
    }

    List<Fields> list(String name) {
      return ((List<?>) field(name, List.class)).stream().map(Fields.class::cast).toList();
    }

    /** A field of this table, or of one that it holds. */
    private long anywhere(String name) {
      if (byName.containsKey(name)) {
        return number(name);
      }
      for (Object each : byName.values()) {
        if (each instanceof Fields inner && inner.byName.containsKey(name)) {
          return inner.number(name);
        }
      }
      throw new AssertionError("no field " + name + " before");
    }
  }

  private static final Pattern CONDITION = Pattern.compile("(.*), if (.*)");
  private static final Pattern REPEATED = Pattern.compile("(.*) × (.*)");
  private static final Pattern FLAG = Pattern.compile("([0-9]+): ([a-z]+)");

  private final Map<String, List<Row>> tables = new LinkedHashMap<>();

  /** Reads the tables of a page that have a column {@code field}, each by its heading. */
  DocumentedLayout(Path page) throws IOException {
    String heading = "";
    List<String> columns = List.of();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
      }
      if (!line.startsWith("|")) {
        columns = List.of();
        continue;
      }
      List<String> cells = cells(line);
      if (columns.isEmpty()) {
        columns = cells;
      } else if (columns.contains("field") && !line.startsWith("|--")) {
        tables.computeIfAbsent(heading, key -> new ArrayList<>()).add(row(columns, cells));
      }
    }
  }

  private static List<String> cells(String line) {
    var cells = new ArrayList<String>();
    for (String cell : line.substring(1, line.length() - 1).split("\\|", -1)) {
      cells.add(cell.trim());
    }
    return cells;
  }

  private static Row row(List<String> columns, List<String> cells) {
    String type = cells.get(columns.indexOf("type"));
    Matcher condition = CONDITION.matcher(type);
    int at = columns.indexOf("at");
    return new Row(
        at < 0 ? "" : cells.get(at),
        condition.matches() ? condition.group(1) : type,
        condition.matches() ? condition.group(2) : "",
        cells.get(columns.indexOf("field")),
        cells.get(columns.indexOf("meaning")));
  }

  /** Decodes one table's fields; the buffer is left behind the last. */
  Fields decode(String table, ByteBuffer in) {
    List<Row> rows = tables.get(table);
    if (rows == null) {
      throw new AssertionError("the page has no table " + table);
    }
    var fields = new Fields(new LinkedHashMap<>());
    int start = in.position();
    for (Row row : rows) {
      if (!row.at.isEmpty() && Integer.parseInt(row.at) != in.position() - start) {
        throw new AssertionError(table + ": " + row.field + " is not at " + row.at);
      }
      if (holds(row.condition, rows, fields)) {
        fields.byName.put(row.field, value(row.type, fields, in));
      }
    }
    return fields;
  }

  /** A condition is a flag by name, or a codec by what the row itself says: "codecs 1 and 2". */
  private static boolean holds(String condition, List<Row> rows, Fields fields) {
    if (condition.isEmpty()) {
      return true;
    }
    for (Row row : rows) {
      if (row.field.equals("flags")) {
        Matcher flag = FLAG.matcher(row.meaning);
        while (flag.find()) {
          if (flag.group(2).equals(condition)) {
            return (fields.number("flags") & Long.parseLong(flag.group(1))) != 0;
          }
        }
      }
      if (row.condition.equals(condition) && row.meaning.startsWith("codecs ")) {
        return row.meaning.contains(String.valueOf(fields.number("codec")));
      }
    }
    throw new AssertionError("no flag " + condition);
  }

  private Object value(String type, Fields fields, ByteBuffer in) {
    return switch (type) {
      case "u8" -> (long) (in.get() & 0xff);
      case "u16" -> (long) (in.getShort() & 0xffff);
      case "u32" -> in.getInt() & 0xffff_ffffL;
      case "u64", "i64" -> in.getLong();
      case "text" -> new String(bytes(in, in.getShort() & 0xffff), StandardCharsets.UTF_8);
      default -> composed(type, fields, in);
    };
  }

  private Object composed(String type, Fields fields, ByteBuffer in) {
    if (type.endsWith(" bytes")) {
      String length = type.substring(0, type.length() - " bytes".length());
      return bytes(
          in,
          length.matches("[0-9]+")
              ? Integer.parseInt(length)
              : Math.toIntExact(fields.anywhere(length)));
    }
    Matcher repeated = REPEATED.matcher(type);
    if (repeated.matches()) {
      var list = new ArrayList<Fields>();
      for (long i = fields.anywhere(repeated.group(2)); i > 0; i--) {
        list.add(decode(repeated.group(1), in));
      }
      return list;
    }
    return decode(type, in);
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    var bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }
}
