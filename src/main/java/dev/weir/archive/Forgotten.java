// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranges of one stream that were deleted on request and still lie in files: nobody may read them,
 * and the files will be made anew without them. Kept in a small document, forced before the request
 * is answered, a line each: from, to, and the stream's counter then, since what is pushed into the
 * range later counts again. Guarded by its stream's lock, but for {@link #save}.
 */
final class Forgotten {

  private static final Logger LOG = LoggerFactory.getLogger(Forgotten.class);

  private static final String DOCUMENT = "forgotten";

  /** UTC nanoseconds of producer time, and the greatest fragment counter that is meant. */
  record Range(TimeRange range, long lastCounter) {
    boolean covers(FragmentEntry fragment) {
      return fragment.number().counter() <= lastCounter
          && range.intersects(fragment.producerTimeNs(), fragment.producerEndNs());
    }
  }

  private final List<Range> ranges = new ArrayList<>();

  void add(Range range) {
    ranges.add(range);
  }

  void removeAll(List<Range> done) {
    ranges.removeAll(done);
  }

  List<Range> ranges() {
    return List.copyOf(ranges);
  }

  boolean covers(FragmentEntry fragment) {
    return ranges.stream().anyMatch(each -> each.covers(fragment));
  }

  /** Blocks on the disk. */
  static void save(ChunkStore store, StreamId stream, List<Range> ranges) {
    var text = new StringBuilder();
    for (Range each : ranges) {
      text.append(each.range.fromNs())
          .append(' ')
          .append(each.range.toNs())
          .append(' ')
          .append(each.lastCounter)
          .append('\n');
    }
    store.writeDocument(stream, DOCUMENT, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads what is still to be done. Where copies differ, all that any says counts. A line that
   * makes no sense says nothing; what it meant can be read again, and deleted once more.
   */
  void restore(ChunkStore store, StreamId stream) {
    for (byte[] copy : store.readDocuments(stream, DOCUMENT)) {
      for (String line : new String(copy, StandardCharsets.UTF_8).lines().toList()) {
        Optional<Range> range = parse(line);
        if (range.isEmpty()) {
          LOG.error(
              "of stream {}, a range that was to be forgotten can't be read: its media shows again",
              stream);
        } else if (!ranges.contains(range.get())) {
          ranges.add(range.get());
        }
      }
    }
  }

  private static Optional<Range> parse(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != 3) {
      return Optional.empty();
    }
    try {
      long from = Long.parseLong(fields[0]);
      long to = Long.parseLong(fields[1]);
      long lastCounter = Long.parseLong(fields[2]);
      return from <= to
          ? Optional.of(new Range(new TimeRange(from, to), lastCounter))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
