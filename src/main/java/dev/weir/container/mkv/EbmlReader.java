// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.container.DemuxLimits;
import dev.weir.model.LimitExceeded;
import dev.weir.model.MalformedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads EBML elements (RFC 8794) out of bytes that come in pieces of any size, and hands them to a
 * {@link Handler}. Knows the element table, not what elements mean. An element of unknown size ends
 * at the first element that can't be its child but can be one of an element above it (RFC 9559 §
 * 23.1.2). Confined to one thread.
 */
final class EbmlReader {

  /** Hears of elements in stream order. */
  interface Handler {
    void begin(Element element, long offset);

    /** The body is the handler's to keep. */
    void body(Element element, ByteBuffer body, long offset);

    void end(Element element);

    /** An element that is held when it is small, and is not: its body is passed over. */
    void passedOver(Element element, long bytes);
  }

  /** Takes what is read as it is, but for the bodies of samples, which are the handler's. */
  interface Tap {
    /** In stream order; an element's head comes after the handler has heard that it begins. */
    void bytes(ByteBuffer bytes);
  }

  private static final long UNKNOWN = -1;
  private static final int MAX_HEADER_FIELD_BYTES = 1 << 20;
  static final int MAX_SMALL_BYTES = 64 << 10;
  private static final int FIRST_ROOM_BYTES = 64 << 10;

  private enum State {
    ID,
    SIZE,
    HELD_BODY,
    SKIPPED_BODY
  }

  private record Open(Element element, long endOffset) {}

  private final DemuxLimits limits;
  private final Handler handler;
  private final Tap tap;
  private final Deque<Open> open = new ArrayDeque<>();

  private State state = State.ID;
  private long offset;
  private long elementOffset;
  private long vint;
  private int vintBytes;
  private int vintLength;
  private int id;
  private int idBytes;
  private Optional<Element> element = Optional.empty();
  private long bodyLeft;
  private byte @Nullable [] body;
  private int bodyFilled;

  EbmlReader(DemuxLimits limits, Handler handler, Tap tap) {
    this.limits = limits;
    this.handler = handler;
    this.tap = tap;
  }

  void feed(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      switch (state) {
        case ID -> {
          if (vint(bytes)) {
            id = (int) vint;
            idBytes = vintLength;
            elementOffset = offset - vintLength;
            vintBytes = 0;
            state = State.SIZE;
          }
        }
        case SIZE -> {
          if (vint(bytes)) {
            begin(size());
          }
        }
        case HELD_BODY -> hold(bytes);
        case SKIPPED_BODY -> {
          int skipped = (int) Math.min(bodyLeft, bytes.remaining());
          tap.bytes(bytes.slice(bytes.position(), skipped));
          bytes.position(bytes.position() + skipped);
          offset += skipped;
          bodyLeft -= skipped;
          if (bodyLeft == 0) {
            elementEnded();
          }
        }
      }
    }
  }

  /** The body ended: closes what is of unknown size; says what else is still open. */
  Optional<String> end() {
    boolean atBorder = state == State.ID && vintBytes == 0;
    boolean whole = atBorder && open.stream().allMatch(each -> each.endOffset == UNKNOWN);
    String where = path() + " byte " + (atBorder ? offset : elementOffset);
    while (!open.isEmpty()) {
      handler.end(open.pop().element);
    }
    return whole ? Optional.empty() : Optional.of(where);
  }

  /** Where the reader stands, for errors. */
  String path() {
    var path = new StringBuilder();
    open.descendingIterator().forEachRemaining(each -> path.append('/').append(each.element));
    if (state != State.ID) {
      path.append('/').append(element.map(Enum::name).orElse(Integer.toHexString(id)));
    }
    return path.isEmpty() ? "top level" : path.toString();
  }

  /** Collects a variable-size integer; true once it is whole. Its marker bit stays in. */
  private boolean vint(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int value = bytes.get() & 0xff;
      offset++;
      if (vintBytes == 0) {
        int most = state == State.ID ? 4 : 8;
        vintLength = Integer.numberOfLeadingZeros(value) - 23;
        if (vintLength > most) {
          throw new MalformedMedia(
              state == State.ID ? "element id" : "element size",
              path() + " byte " + (offset - 1),
              "at most " + most + " bytes",
              "first byte 0x" + Integer.toHexString(value));
        }
        vint = 0;
      }
      vint = (vint << 8) | value;
      if (++vintBytes == vintLength) {
        return true;
      }
    }
    return false;
  }

  private long size() {
    long mask = (1L << (7 * vintLength)) - 1;
    long size = vint & mask;
    vintBytes = 0;
    return size == mask ? UNKNOWN : size;
  }

  private void begin(long size) {
    element = Element.of(id);
    closeUnknownSized();
    Open parent = open.peek();
    if (size != UNKNOWN
        && parent != null
        && parent.endOffset != UNKNOWN
        && offset + size > parent.endOffset) {
      throw new MalformedMedia(
          "element larger than its parent",
          path() + " byte " + elementOffset,
          "at most " + (parent.endOffset - offset) + " bytes",
          size + " bytes");
    }
    if (element.isPresent() && element.get().kind() == Element.Kind.MASTER) {
      beginMaster(element.get(), size);
      return;
    }
    if (size == UNKNOWN) {
      throw new MalformedMedia(
          "unknown size",
          path() + " byte " + elementOffset,
          "a size, on anything but a master element",
          "none");
    }
    bodyLeft = size;
    tapHead();
    if (element.isEmpty() || isPassedOver(element.get(), size)) {
      state = State.SKIPPED_BODY;
      element
          .filter(each -> each.kind() == Element.Kind.SMALL)
          .ifPresent(each -> handler.passedOver(each, size));
    } else {
      beginHeld(element.get(), size);
    }
    if (size == 0) {
      finishBody();
    }
  }

  private static boolean isPassedOver(Element element, long size) {
    return switch (element.kind()) {
      case SKIPPED -> true;
      case SMALL -> size > MAX_SMALL_BYTES;
      case MASTER, HELD, SAMPLES -> false;
    };
  }

  private void beginMaster(Element master, long size) {
    if (open.size() >= limits.maxDepth()) {
      throw new LimitExceeded(
          "nesting", path(), "at most " + limits.maxDepth() + " levels", "more");
    }
    open.push(new Open(master, size == UNKNOWN ? UNKNOWN : offset + size));
    state = State.ID;
    handler.begin(master, elementOffset);
    tapHead();
    if (size == 0) {
      elementEnded();
    }
  }

  /** Id and size of the element that begins. */
  private void tapHead() {
    var head = ByteBuffer.allocate(idBytes + vintLength);
    put(head, id & 0xffff_ffffL, idBytes);
    put(head, vint, vintLength);
    tap.bytes(head.flip());
  }

  private static void put(ByteBuffer into, long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      into.put((byte) (value >>> (8 * i)));
    }
  }

  private void beginHeld(Element held, long size) {
    long most =
        held.kind() == Element.Kind.SAMPLES
            ? limits.maxSampleBytes()
            : Math.min(limits.maxHeaderBytes(), MAX_HEADER_FIELD_BYTES);
    if (size > most) {
      throw new LimitExceeded(
          "element size",
          path() + " byte " + elementOffset,
          "at most " + most + " bytes",
          size + " bytes");
    }
    body = new byte[(int) Math.min(size, FIRST_ROOM_BYTES)];
    bodyFilled = 0;
    state = State.HELD_BODY;
  }

  private void hold(ByteBuffer bytes) {
    int count = (int) Math.min(bodyLeft, bytes.remaining());
    byte[] room = body;
    if (room == null || room.length - bodyFilled < count) {
      // Grows with what really arrives: a size alone reserves nothing.
      long whole = bodyFilled + bodyLeft;
      room =
          Arrays.copyOf(
              room == null ? new byte[0] : room,
              (int) Math.min(whole, Math.max(bodyFilled + count, 2L * bodyFilled)));
      body = room;
    }
    bytes.get(room, bodyFilled, count);
    bodyFilled += count;
    offset += count;
    bodyLeft -= count;
    if (bodyLeft == 0) {
      finishBody();
    }
  }

  private void finishBody() {
    if (state == State.HELD_BODY) {
      byte[] whole = body == null ? new byte[0] : body;
      body = null;
      ByteBuffer held = ByteBuffer.wrap(whole, 0, bodyFilled).slice();
      if (element.orElseThrow().kind() != Element.Kind.SAMPLES) {
        tap.bytes(held.duplicate());
      }
      handler.body(element.orElseThrow(), held, elementOffset);
    }
    elementEnded();
  }

  private void elementEnded() {
    state = State.ID;
    Open top = open.peek();
    while (top != null && top.endOffset != UNKNOWN && offset >= top.endOffset) {
      open.pop();
      handler.end(top.element);
      top = open.peek();
    }
  }

  /** Ends open elements of unknown size that the element now beginning can't be inside of. */
  private void closeUnknownSized() {
    if (element.isEmpty()) {
      return;
    }
    Optional<Element> parent = element.get().parent();
    boolean inside =
        parent.isEmpty() || open.stream().anyMatch(each -> each.element == parent.get());
    if (!inside) {
      throw new MalformedMedia(
          "element out of place",
          path() + " byte " + elementOffset,
          parent.map(each -> "inside " + each).orElse("at the top level"),
          "inside " + (open.isEmpty() ? "nothing" : open.peek().element));
    }
    while (!open.isEmpty()
        && (parent.isEmpty() || open.peek().element != parent.get())
        && open.peek().endOffset == UNKNOWN) {
      handler.end(open.pop().element);
    }
    if (parent.isPresent() && (open.isEmpty() || open.peek().element != parent.get())) {
      throw new MalformedMedia(
          "element out of place",
          path() + " byte " + elementOffset,
          "inside " + parent.get(),
          "elsewhere");
    }
  }
}
