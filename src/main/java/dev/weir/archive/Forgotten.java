// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of one stream that were deleted on request and still lie in files: nobody may read them,
 * and the files will be made anew without them. Kept in a small document, forced before the request
 * is answered, a line each: from, to, and the stream's counter then, since what is pushed into the
 * range later counts again. Guarded by its stream's lock, but for {@link #save}.
 */
final class Forgotten {

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

  /** Reads what is still to be done. Where copies differ, all that any says counts. */
  void restore(ChunkStore store, StreamId stream) {
    for (byte[] copy : store.readDocuments(stream, DOCUMENT)) {
      for (String line : new String(copy, StandardCharsets.UTF_8).lines().toList()) {
        String[] fields = line.split(" ", -1);
        var range =
            new Range(
                new TimeRange(Long.parseLong(fields[0]), Long.parseLong(fields[1])),
                Long.parseLong(fields[2]));
        if (!ranges.contains(range)) {
          ranges.add(range);
        }
      }
    }
  }
}
