// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All elements of EBML and Matroska by their ids, for dumps; the demuxer knows the few of {@link
 * Element}. Immutable.
 */
final class ElementTable {

  /** What an element's body is (RFC 8794 § 7). */
  enum Type {
    MASTER,
    UNSIGNED,
    SIGNED,
    FLOAT,
    TEXT,
    DATE,
    BINARY
  }

  /**
   * One element.
   *
   * @param parent empty for those of the top level, and for those that may stand anywhere
   */
  record Entry(int id, Type type, String name, Optional<Entry> parent) {

    /** Void and CRC-32 belong to no parent. */
    boolean isGlobal() {
      return parent.isEmpty() && type != Type.MASTER;
    }

    /** Whether it may lie right in a master; a chapter or a tag may also lie in its like. */
    boolean fitsIn(Entry master) {
      return isGlobal() || (parent.isPresent() && parent.get().id == master.id) || id == master.id;
    }
  }

  private static final ElementTable TABLE = read();

  private final Map<Integer, Entry> byId = new HashMap<>();

  static Optional<Entry> of(int id) {
    return Optional.ofNullable(TABLE.byId.get(id));
  }

  private static ElementTable read() {
    try (InputStream in = ElementTable.class.getResourceAsStream("elements.txt")) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: elements.txt");
      }
      var table = new ElementTable();
      var above = new ArrayDeque<Entry>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> table.add(line, above));
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param above the entries that the line before lies in, and itself
   */
  private void add(String line, Deque<Entry> above) {
    String text = line.stripLeading();
    int depth = (line.length() - text.length()) / 2;
    while (above.size() > depth) {
      above.pop();
    }
    String[] words = text.split(" ", -1);
    var entry =
        new Entry(
            Integer.parseUnsignedInt(words[0], 16),
            Type.valueOf(words[1].toUpperCase(Locale.ROOT)),
            words[2],
            Optional.ofNullable(above.peek()));
    above.push(entry);
    byId.put(entry.id, entry);
  }
}
