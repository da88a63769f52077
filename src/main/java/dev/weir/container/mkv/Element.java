// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The elements that Weir reads or must know to find where an unknown-size element ends (RFC 9559 §
 * 5; ids with their length marker). Immutable.
 */
enum Element {
  EBML(0x1A45DFA3, Kind.MASTER, null),
  DOC_TYPE(0x4282, Kind.HELD, EBML),

  SEGMENT(0x18538067, Kind.MASTER, null),
  SEEK_HEAD(0x114D9B74, Kind.SKIPPED, SEGMENT),
  CUES(0x1C53BB6B, Kind.SKIPPED, SEGMENT),
  ATTACHMENTS(0x1941A469, Kind.SKIPPED, SEGMENT),
  CHAPTERS(0x1043A770, Kind.SKIPPED, SEGMENT),
  TAGS(0x1254C367, Kind.SMALL, SEGMENT),

  INFO(0x1549A966, Kind.MASTER, SEGMENT),
  TIMESTAMP_SCALE(0x2AD7B1, Kind.HELD, INFO),

  TRACKS(0x1654AE6B, Kind.MASTER, SEGMENT),
  TRACK_ENTRY(0xAE, Kind.MASTER, TRACKS),
  TRACK_NUMBER(0xD7, Kind.HELD, TRACK_ENTRY),
  TRACK_TYPE(0x83, Kind.HELD, TRACK_ENTRY),
  CODEC_ID(0x86, Kind.HELD, TRACK_ENTRY),
  CODEC_PRIVATE(0x63A2, Kind.HELD, TRACK_ENTRY),
  DEFAULT_DURATION(0x23E383, Kind.HELD, TRACK_ENTRY),
  LANGUAGE(0x22B59C, Kind.HELD, TRACK_ENTRY),
  LANGUAGE_BCP47(0x22B59D, Kind.HELD, TRACK_ENTRY),
  CODEC_DELAY(0x56AA, Kind.HELD, TRACK_ENTRY),
  VIDEO(0xE0, Kind.MASTER, TRACK_ENTRY),
  PIXEL_WIDTH(0xB0, Kind.HELD, VIDEO),
  PIXEL_HEIGHT(0xBA, Kind.HELD, VIDEO),
  DISPLAY_WIDTH(0x54B0, Kind.HELD, VIDEO),
  DISPLAY_HEIGHT(0x54BA, Kind.HELD, VIDEO),
  DISPLAY_UNIT(0x54B2, Kind.HELD, VIDEO),
  PROJECTION(0x7670, Kind.MASTER, VIDEO),
  PROJECTION_POSE_ROLL(0x7675, Kind.HELD, PROJECTION),
  AUDIO(0xE1, Kind.MASTER, TRACK_ENTRY),
  SAMPLING_FREQUENCY(0xB5, Kind.HELD, AUDIO),
  CHANNELS(0x9F, Kind.HELD, AUDIO),
  CONTENT_ENCODINGS(0x6D80, Kind.MASTER, TRACK_ENTRY),
  CONTENT_ENCODING(0x6240, Kind.MASTER, CONTENT_ENCODINGS),
  CONTENT_ENCODING_SCOPE(0x5032, Kind.HELD, CONTENT_ENCODING),
  CONTENT_ENCODING_TYPE(0x5033, Kind.HELD, CONTENT_ENCODING),
  CONTENT_COMPRESSION(0x5034, Kind.MASTER, CONTENT_ENCODING),
  CONTENT_COMP_ALGO(0x4254, Kind.HELD, CONTENT_COMPRESSION),
  CONTENT_COMP_SETTINGS(0x4255, Kind.HELD, CONTENT_COMPRESSION),

  CLUSTER(0x1F43B675, Kind.MASTER, SEGMENT),
  TIMESTAMP(0xE7, Kind.HELD, CLUSTER),
  SIMPLE_BLOCK(0xA3, Kind.SAMPLES, CLUSTER),
  BLOCK_GROUP(0xA0, Kind.MASTER, CLUSTER),
  BLOCK(0xA1, Kind.SAMPLES, BLOCK_GROUP),
  BLOCK_DURATION(0x9B, Kind.HELD, BLOCK_GROUP),
  REFERENCE_BLOCK(0xFB, Kind.HELD, BLOCK_GROUP),
  DISCARD_PADDING(0x75A2, Kind.HELD, BLOCK_GROUP);

  /** What the reader does with an element's body. */
  enum Kind {
    /** Its children are read one by one. */
    MASTER,
    /** Held whole; a header field. */
    HELD,
    /** Held whole; media, so it may be large. */
    SAMPLES,
    /** Held whole when it is small, else passed over. */
    SMALL,
    /** Passed over, whatever its size. */
    SKIPPED
  }

  private static final Map<Integer, Element> BY_ID = new HashMap<>();

  static {
    for (Element element : values()) {
      BY_ID.put(element.id, element);
    }
  }

  private final int id;
  private final Kind kind;
  private final Optional<Element> parent;

  Element(int id, Kind kind, @Nullable Element parent) {
    this.id = id;
    this.kind = kind;
    this.parent = Optional.ofNullable(parent);
  }

  static Optional<Element> of(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  int id() {
    return id;
  }

  Kind kind() {
    return kind;
  }

  /** Empty for the two elements of the top level. */
  Optional<Element> parent() {
    return parent;
  }
}
