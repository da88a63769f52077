// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.model.SimpleTag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the body of a Tags element (RFC 9559 § 5.1.8), and writes what is in one. Tags describe
 * media and are no part of it: of what breaks the format the rest is passed over. Stateless.
 */
final class SimpleTags {

  static final int TAG = 0x7373;
  private static final int SIMPLE_TAG = 0x67C8;
  private static final int TAG_NAME = 0x45A3;
  private static final int TAG_STRING = 0x4487;
  private static final int TAG_BINARY = 0x4485;

  private SimpleTags() {}

  static void write(EbmlWriter ebml, SimpleTag tag) {
    ebml.master(SIMPLE_TAG, () -> ebml.text(TAG_NAME, tag.name()).text(TAG_STRING, tag.value()));
  }

  /** Tags that are inside of a tag come after it and those beside it. */
  static List<SimpleTag> read(ByteBuffer tags) {
    var found = new ArrayList<SimpleTag>();
    for (Child tag : children(tags)) {
      if (tag.id == TAG) {
        // No recursion: nesting costs whoever pushes a few bytes a level.
        var masters = new ArrayDeque<>(List.of(tag.body));
        while (!masters.isEmpty()) {
          for (Child child : children(masters.remove())) {
            if (child.id == SIMPLE_TAG) {
              found.add(simpleTag(child.body));
              masters.add(child.body);
            }
          }
        }
      }
    }
    return found;
  }

  /** The Tags elements among elements that stand one after another, or in a Segment or Cluster. */
  static List<List<SimpleTag>> elements(ByteBuffer elements) {
    var found = new ArrayList<List<SimpleTag>>();
    ByteBuffer left = elements.duplicate();
    while (left.hasRemaining()) {
      long id = vint(left, 4, true);
      long size = vint(left, 8, false);
      boolean open = id == Element.SEGMENT.id() || id == Element.CLUSTER.id();
      if (id < 0 || size < 0 || (!open && size > left.remaining())) {
        break;
      }
      if (!open) {
        if (id == Element.TAGS.id()) {
          found.add(read(left.slice(left.position(), (int) size)));
        }
        left.position(left.position() + (int) size);
      }
    }
    return found;
  }

  private static SimpleTag simpleTag(ByteBuffer body) {
    String name = "";
    String value = "";
    int valueBytes = 0;
    for (Child field : children(body)) {
      switch (field.id) {
        case TAG_NAME -> name = text(field.body);
        case TAG_STRING -> {
          value = text(field.body);
          valueBytes += field.body.remaining();
        }
        case TAG_BINARY -> valueBytes += field.body.remaining();
        default -> {
          // Languages; tags of tags are tags of their own.
        }
      }
    }
    return new SimpleTag(name, value, valueBytes);
  }

  private static String text(ByteBuffer body) {
    String text = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private record Child(int id, ByteBuffer body) {}

  private static List<Child> children(ByteBuffer body) {
    var children = new ArrayList<Child>();
    ByteBuffer left = body.duplicate();
    while (left.hasRemaining()) {
      long id = vint(left, 4, true);
      long size = vint(left, 8, false);
      if (id < 0 || size < 0 || size > left.remaining()) {
        break;
      }
      children.add(new Child((int) id, left.slice(left.position(), (int) size)));
      left.position(left.position() + (int) size);
    }
    return children;
  }

  /** A variable-size integer; negative when there is none. */
  private static long vint(ByteBuffer from, int mostBytes, boolean withMarker) {
    if (!from.hasRemaining()) {
      return -1;
    }
    int first = from.get() & 0xff;
    int length = Integer.numberOfLeadingZeros(first) - 23;
    if (length > mostBytes || length - 1 > from.remaining()) {
      return -1;
    }
    long value = withMarker ? first : first & ~(1 << (8 - length));
    for (int i = 1; i < length; i++) {
      value = (value << 8) | (from.get() & 0xff);
    }
    return value;
  }
}
