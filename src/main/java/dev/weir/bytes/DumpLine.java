// SPDX-License-Identifier: Apache-2.0
package dev.weir.bytes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One line of a readable dump of a file: where something lies, how long it is, what it is and what
 * it says. Immutable.
 *
 * @param depth how deep it lies in others, from 0
 * @param offset of its first byte; empty when it only explains the line before
 * @param length all its bytes, head and children too; empty when the file does not say
 * @param name by the format's own words
 * @param fields what it says, in order: numbers, truth values and texts by name; a lone {@code
 *     value} is what the thing is for
 */
public record DumpLine(
    int depth, OptionalLong offset, OptionalLong length, String name, Map<String, Object> fields) {

  public DumpLine {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A line of something with a known length. */
  public static DumpLine of(
      int depth, long offset, long length, String name, Map<String, Object> fields) {
    return new DumpLine(depth, OptionalLong.of(offset), OptionalLong.of(length), name, fields);
  }

  /** The same with names and values of its fields in turn. */
  public static DumpLine of(
      int depth, long offset, long length, String name, Object... namesAndValues) {
    return of(depth, offset, length, name, fieldsOf(namesAndValues));
  }

  /** A line that explains the one before it. */
  public static DumpLine detail(int depth, String name, Object... namesAndValues) {
    return new DumpLine(
        depth, OptionalLong.empty(), OptionalLong.empty(), name, fieldsOf(namesAndValues));
  }

  /** Names and values in turn, in that order. */
  public static Map<String, Object> fieldsOf(Object... namesAndValues) {
    var fields = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
