// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.dash;

import dev.weir.model.MediaTime;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes an XML document, element by element. Confined to one thread. */
final class Xml {

  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  private final Deque<String> open = new ArrayDeque<>();
  private boolean inTag;

  Xml begin(String name) {
    closeTag();
    text.append('\n').append("  ".repeat(open.size())).append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  /** An attribute of the element that was begun last. */
  Xml with(String name, String value) {
    text.append(' ').append(name).append("=\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '"' -> text.append("&quot;");
        default -> text.append(c);
      }
    }
    text.append('"');
    return this;
  }

  Xml with(String name, long value) {
    return with(name, Long.toString(value));
  }

  Xml end() {
    String name = open.pop();
    if (inTag) {
      text.append("/>");
      inTag = false;
    } else {
      text.append('\n').append("  ".repeat(open.size())).append("</").append(name).append('>');
    }
    return this;
  }

  private void closeTag() {
    if (inTag) {
      text.append('>');
      inTag = false;
    }
  }

  /** An xs:duration, rounded up to the millisecond. */
  static String duration(long ns) {
    long ms = Math.max(0, Math.ceilDiv(ns, MediaTime.NANOS_PER_MILLI));
    return "PT" + seconds(ms) + "S";
  }

  /** Seconds with three decimals. */
  static String seconds(long ms) {
    return ms / 1000 + "." + Long.toString(1000 + ms % 1000).substring(1);
  }

  @Override
  public String toString() {
    return text + "\n";
  }
}
