// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.model.LivePlace;
import dev.weir.model.StreamId;
import dev.weir.store.ChunkStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a stream's live order may have gone in files that are not there. Where there are several
 * disks each says, in a line of text, below which places all given ones are and on which disks
 * their files may lie; the line is forced before a fragment with a place beyond it is stored. When
 * one of those disks is away at start, the order goes on there, and what lies between is left free:
 * no place is given twice when the disk is back. Thread-safe; blocks on the disk.
 */
final class Reserve {

  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  private static final String DOCUMENT = "reserved";
  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18}) ([^ ]+(?: [^ ]+)*)");

  /** What is left free when a disk is away: media segments of ten minutes or less. */
  private static final long ORDINALS = 256;

  private static final long DISCONTINUITIES = 16;

  private final ChunkStore store;
  private final StreamId stream;
  private final Set<String> disks;
  private LivePlace reserved = new LivePlace(0, 0);

  /** A line as it was last written; its place is the first that is not reserved. */
  private record Line(LivePlace to, Set<String> disks) {}

  Reserve(ChunkStore store, StreamId stream) {
    this.store = store;
    this.stream = stream;
    this.disks = store.disks();
  }

  /**
   * Makes sure that a place is reserved, before the end of the fragment that has it is written.
   *
   * @throws dev.weir.model.StorageFailure when no disk could be told
   */
  synchronized void upTo(LivePlace place, int segmentCount) {
    long ordinal = place.liveOrdinal() + segmentCount;
    long discontinuity = place.discontinuityOrdinal();
    // A single disk that is away takes all of the stream with it.
    if (disks.size() < 2
        || (ordinal <= reserved.liveOrdinal() && discontinuity < reserved.discontinuityOrdinal())) {
      return;
    }
    var to = new LivePlace(ordinal + ORDINALS, discontinuity + DISCONTINUITIES);
    String line =
        to.liveOrdinal()
            + " "
            + to.discontinuityOrdinal()
            + " "
            + String.join(" ", new TreeSet<>(disks))
            + "\n";
    store.writeDocument(stream, DOCUMENT, line.getBytes(StandardCharsets.UTF_8));
    reserved = to;
  }

  /**
   * Reads what was reserved.
   *
   * @return where the live order goes on when a disk is away that may hold places of it; empty when
   *     the files say all
   */
  synchronized Optional<LivePlace> restore() {
    List<Line> lines =
        store.readDocuments(stream, DOCUMENT).stream()
            .flatMap(copy -> parse(copy).stream())
            .toList();
    if (lines.stream().allMatch(line -> disks.containsAll(line.disks))) {
      lines.stream().filter(line -> line.disks.equals(disks)).forEach(line -> reserved = line.to);
      return Optional.empty();
    }
    long ordinal = lines.stream().mapToLong(line -> line.to.liveOrdinal()).max().orElseThrow();
    long discontinuity =
        lines.stream().mapToLong(line -> line.to.discontinuityOrdinal()).max().orElseThrow();
    return Optional.of(new LivePlace(ordinal, discontinuity));
  }

  private Optional<Line> parse(byte[] copy) {
    String text = new String(copy, StandardCharsets.UTF_8).trim();
    Matcher fields = LINE.matcher(text);
    if (!fields.matches()) {
      LOG.error("a copy of what stream {} has reserved can't be read: passed over", stream);
      return Optional.empty();
    }
    var to = new LivePlace(Long.parseLong(fields.group(1)), Long.parseLong(fields.group(2)));
    return Optional.of(new Line(to, Set.copyOf(Arrays.asList(fields.group(3).split(" ", -1)))));
  }
}
