// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows in columns as wide as their widest cell. Confined to one thread. */
public final class Table {

  private final List<String> heads;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param heads names of the columns; cells below one that begins with {@code >} stand at its
   *     right
   */
  public Table(String... heads) {
    this.heads = List.of(heads);
  }

  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  public void print(PrintWriter out) {
    var format = new StringBuilder();
    for (int i = 0; i < heads.size(); i++) {
      int column = i;
      boolean right = heads.get(i).startsWith(">");
      int width =
          rows.stream()
              .mapToInt(row -> row.get(column).length())
              .reduce(head(column).length(), Math::max);
      format.append(right ? "%" : "%-").append(Math.max(1, width)).append("s  ");
    }
    print(out, format.toString(), heads.stream().map(head -> head.replace(">", "")).toList());
    rows.forEach(row -> print(out, format.toString(), row));
  }

  private String head(int column) {
    return heads.get(column).replace(">", "");
  }

  private static void print(PrintWriter out, String format, List<String> cells) {
    out.println(String.format(Locale.ROOT, format, cells.toArray()).stripTrailing());
  }
}
