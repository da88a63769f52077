// SPDX-License-Identifier: Apache-2.0
package dev.weir.container.mkv;

import dev.weir.bytes.ByteSource;
import dev.weir.bytes.DumpLine;
import dev.weir.container.mkv.ElementTable.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Writes down the elements of a Matroska or WebM file (RFC 8794, RFC 9559), a line each. Bytes that
 * are no elements are named, and the walk goes on at the next Cluster. Holds one line in memory.
 * Confined to one thread.
 */
public final class MatroskaDump {

  private static final long UNKNOWN = -1;
  private static final int CLUSTER = 0x1F43B675;
  private static final int SEGMENT = 0x18538067;
  private static final int LONGEST_VALUE = 256;
  private static final int LONGEST_HEX = 32;
  private static final int SEARCH_BYTES = 1 << 20;
  private static final long EPOCH_2001_SECONDS = 978_307_200;
  private static final String[] LACINGS = {"none", "xiph", "fixed", "ebml"};

  /** A master element that the walk is in. */
  private record Open(Entry entry, long end) {}

  /** The head of an element, where the bytes are one. */
  private record Head(int id, int headBytes, long bodyBytes) {}

  private final ByteSource file;
  private final Consumer<DumpLine> out;
  private final Deque<Open> open = new ArrayDeque<>();

  private MatroskaDump(ByteSource file, Consumer<DumpLine> out) {
    this.file = file;
    this.out = out;
  }

  /** Whether a file begins as EBML does. */
  public static boolean canRead(ByteBuffer first) {
    return first.remaining() >= 4 && first.getInt(first.position()) == Element.EBML.id();
  }

  public static void write(ByteSource file, Consumer<DumpLine> out) {
    var dump = new MatroskaDump(file, out);
    for (long at = 0; at < file.length(); ) {
      at = dump.element(at);
    }
  }

  /** Writes down the element at an offset; gives the offset of what comes next. */
  private long element(long at) {
    while (!open.isEmpty() && open.element().end != UNKNOWN && open.element().end <= at) {
      open.pop();
    }
    Optional<Head> found = head(at);
    if (found.isEmpty()) {
      return damaged(at, "no element");
    }
    Head head = found.get();
    Optional<Entry> entry = ElementTable.of(head.id);
    if (entry.isPresent() && !enter(entry.get())) {
      return damaged(at, entry.get().name() + " out of place");
    }
    long limit = limit();
    long bodyAt = at + head.headBytes;
    boolean master = entry.isPresent() && entry.get().type() == ElementTable.Type.MASTER;
    if (head.bodyBytes == UNKNOWN) {
      if (!master) {
        return damaged(at, "unknown size of what has no children");
      }
      out.accept(
          new DumpLine(
              open.size(),
              OptionalLong.of(at),
              OptionalLong.empty(),
              entry.get().name(),
              Map.of()));
      open.push(new Open(entry.get(), UNKNOWN));
      return bodyAt;
    }
    long missing = head.bodyBytes - (limit - bodyAt);
    if (missing > 0 && (limit < file.length() || entry.isEmpty())) {
      return damaged(at, "no element that ends within its parent");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    if (missing > 0) {
      fields.put("missing", missing);
    } else if (entry.isEmpty()) {
      fields.put("id", "0x" + Integer.toHexString(head.id));
    } else {
      value(entry.get(), bodyAt, head.bodyBytes, fields);
    }
    out.accept(
        new DumpLine(
            open.size(),
            OptionalLong.of(at),
            OptionalLong.of(head.headBytes + head.bodyBytes),
            entry.map(Entry::name).orElse("unknown"),
            fields));
    if (master) {
      open.push(new Open(entry.get(), bodyAt + head.bodyBytes));
      return bodyAt;
    }
    return missing > 0 ? file.length() : bodyAt + head.bodyBytes;
  }

  /** Leaves masters of unknown size that end here (RFC 9559 § 23.1.2); whether it then fits. */
  private boolean enter(Entry entry) {
    if (entry.isGlobal()) {
      return true;
    }
    while (!open.isEmpty()
        && open.element().end == UNKNOWN
        && !entry.fitsIn(open.element().entry)) {
      open.pop();
    }
    return open.isEmpty() ? entry.parent().isEmpty() : entry.fitsIn(open.element().entry);
  }

  /** Where the innermost master of known size ends, at the latest the file. */
  private long limit() {
    for (Open each : open) {
      if (each.end != UNKNOWN) {
        return Math.min(each.end, file.length());
      }
    }
    return file.length();
  }

  private Optional<Head> head(long at) {
    var bytes = ByteBuffer.allocate((int) Math.min(12, file.length() - at));
    file.read(at, bytes);
    bytes.flip();
    int idBytes = Integer.numberOfLeadingZeros(bytes.get(0) & 0xff) - 23;
    if (idBytes > 4 || idBytes >= bytes.limit()) {
      return Optional.empty();
    }
    int sizeBytes = Integer.numberOfLeadingZeros(bytes.get(idBytes) & 0xff) - 23;
    if (sizeBytes > 8 || idBytes + sizeBytes > bytes.limit()) {
      return Optional.empty();
    }
    long mask = (1L << (7 * sizeBytes)) - 1;
    long size = unsigned(bytes.slice(idBytes, sizeBytes)) & mask;
    return Optional.of(
        new Head(
            (int) unsigned(bytes.slice(0, idBytes)),
            idBytes + sizeBytes,
            size == mask ? UNKNOWN : size));
  }

  /** Names bytes that can't be read, up to the next Cluster or the end of the parent. */
  private long damaged(long at, String why) {
    long end = Math.min(limit(), nextCluster(at + 1));
    out.accept(DumpLine.of(open.size(), at, end - at, "damaged", "value", why));
    while (!open.isEmpty() && open.element().entry.id() != SEGMENT && end < file.length()) {
      if (open.element().end != UNKNOWN && open.element().end > end) {
        break;
      }
      open.pop();
    }
    return end;
  }

  private long nextCluster(long from) {
    for (long at = from; at + 4 <= file.length(); at += SEARCH_BYTES - 3) {
      var window = ByteBuffer.allocate((int) Math.min(SEARCH_BYTES, file.length() - at));
      file.read(at, window);
      for (int i = 0; i + 4 <= window.limit(); i++) {
        if (window.getInt(i) == CLUSTER) {
          return at + i;
        }
      }
    }
    return file.length();
  }

  private void value(Entry entry, long at, long size, Map<String, Object> fields) {
    if (entry.type() == ElementTable.Type.MASTER) {
      return;
    }
    var body = ByteBuffer.allocate((int) Math.min(LONGEST_VALUE, size));
    file.read(at, body);
    body.flip();
    switch (entry.type()) {
      case UNSIGNED -> fields.put("value", Long.toUnsignedString(unsigned(body)));
      case SIGNED -> fields.put("value", signed(body));
      case FLOAT -> fields.put("value", number(body));
      case TEXT -> fields.put("value", StandardCharsets.UTF_8.decode(body).toString());
      case DATE ->
          fields.put(
              "value",
              Instant.ofEpochSecond(EPOCH_2001_SECONDS).plusNanos(signed(body)).toString());
      case BINARY -> binary(entry, body, size, fields);
      case MASTER -> {}
    }
  }

  private static void binary(Entry entry, ByteBuffer body, long size, Map<String, Object> fields) {
    switch (entry.name()) {
      case "SimpleBlock", "Block" -> block(entry, body, size, fields);
      case "SeekID" ->
          fields.put(
              "value",
              ElementTable.of((int) unsigned(body)).map(Entry::name).orElseGet(() -> hex(body)));
      case "Void" -> {}
      default -> {
        if (size <= LONGEST_HEX) {
          fields.put("value", hex(body));
        }
      }
    }
  }

  /** A block's head (RFC 9559 § 10.1). */
  private static void block(Entry entry, ByteBuffer body, long size, Map<String, Object> fields) {
    int numberBytes =
        body.hasRemaining() ? Integer.numberOfLeadingZeros(body.get(0) & 0xff) - 23 : 9;
    if (numberBytes > 8 || body.remaining() < numberBytes + 3) {
      fields.put("value", "no block head");
      return;
    }
    long mask = (1L << (7 * numberBytes)) - 1;
    fields.put("track", unsigned(body.slice(0, numberBytes)) & mask);
    fields.put("time", (int) body.getShort(numberBytes));
    int flags = body.get(numberBytes + 2);
    if (entry.name().equals("SimpleBlock")) {
      fields.put("key", (flags & 0x80) != 0);
    }
    int lacing = (flags >> 1) & 3;
    if (lacing != 0) {
      fields.put("lacing", LACINGS[lacing]);
    }
    fields.put("frame", size - numberBytes - 3);
  }

  private static long unsigned(ByteBuffer bytes) {
    long value = 0;
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      value = (value << 8) | (bytes.get(i) & 0xff);
    }
    return value;
  }

  private static long signed(ByteBuffer bytes) {
    int unused = 64 - 8 * Math.min(8, bytes.remaining());
    return unused == 64 ? 0 : unsigned(bytes) << unused >> unused;
  }

  private static double number(ByteBuffer bytes) {
    return switch (bytes.remaining()) {
      case 4 -> bytes.getFloat(0);
      case 8 -> bytes.getDouble(0);
      default -> 0;
    };
  }

  private static String hex(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
