// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.InvalidArgument;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranges of one stream that were deleted on request and still lie in files: nobody may read them,
 * and the files will be made anew without them. Kept in a small document, forced before the request
 * is answered, a line each: from, to, the stream's counter then, since what is pushed into the
 * range later counts again, and from and to of what was held then. Guarded by its stream's lock,
 * but for {@link #save}.
 */
final class Forgotten {

  private static final Logger LOG = LoggerFactory.getLogger(Forgotten.class);

  private static final String DOCUMENT = "forgotten";

  /**
   * Which fragments are meant.
   *
   * @param range of producer time: fragments that meet it
   * @param lastCounter the greatest counter
   * @param held fragments that meet one of these are not meant
   */
  record Range(TimeRange range, long lastCounter, List<TimeRange> held) {

    Range {
      held = List.copyOf(held);
    }

    boolean covers(FragmentEntry fragment) {
      return fragment.number().counter() <= lastCounter
          && meets(range, fragment)
          && held.stream().noneMatch(each -> meets(each, fragment));
    }

    private static boolean meets(TimeRange range, FragmentEntry fragment) {
      return range.intersects(fragment.producerTimeNs(), fragment.producerEndNs());
    }

    String line() {
      var line = new StringJoiner(" ");
      line.add(range.fromNs() + " " + range.toNs() + " " + lastCounter);
      held.forEach(each -> line.add(each.fromNs() + " " + each.toNs()));
      return line.toString();
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
      text.append(each.line()).append('\n');
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
    if (fields.length < 3 || fields.length % 2 == 0) {
      return Optional.empty();
    }
    try {
      var held = new ArrayList<TimeRange>();
      for (int i = 3; i < fields.length; i += 2) {
        held.add(range(fields[i], fields[i + 1]));
      }
      return Optional.of(new Range(range(fields[0], fields[1]), Long.parseLong(fields[2]), held));
    } catch (NumberFormatException | InvalidArgument e) {
      return Optional.empty();
    }
  }

  private static TimeRange range(String fromNs, String toNs) {
    return new TimeRange(Long.parseLong(fromNs), Long.parseLong(toNs));
  }
}
