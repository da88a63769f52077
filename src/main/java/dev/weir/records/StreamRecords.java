// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records of one stream: a folder with a file a day of producer time (UTC). Thread-safe; blocks
 * on the disk.
 */
final class StreamRecords {

  private static final String SUFFIX = ".ndjson";
  private static final long DAY_NS = 86_400_000_000_000L;

  private final Path root;
  private final Path folder;
  private final InstantSource clock;

  private final Map<Long, DayFile> files = new ConcurrentHashMap<>();

  /** By day, the number of the last record; unknown until somebody asks. */
  private Optional<Map<Long, Long>> lastNumbers = Optional.empty();

  StreamRecords(Path root, StreamId stream, InstantSource clock) {
    this.root = root;
    this.folder = root.resolve(stream.toString());
    this.clock = clock;
  }

  private DayFile file(long day) {
    return files.computeIfAbsent(day, each -> new DayFile(folder.resolve(each + SUFFIX)));
  }

  private static long day(long timeNs) {
    return Math.floorDiv(timeNs, DAY_NS);
  }

  private Map<Long, Long> lastNumbers() throws IOException {
    if (lastNumbers.isEmpty()) {
      var found = new TreeMap<Long, Long>();
      for (long day : days()) {
        found.put(day, file(day).lastNumber());
      }
      lastNumbers = Optional.of(found);
    }
    return lastNumbers.get();
  }

  /** Stores records; they survive a crash once this returns. */
  synchronized void add(List<TimedRecord> records) throws IOException {
    Map<Long, Long> known = lastNumbers();
    long number = known.values().stream().mapToLong(Long::longValue).max().orElse(0);
    var lines = new TreeMap<Long, StringBuilder>();
    var last = new TreeMap<Long, Long>();
    for (TimedRecord record : records) {
      // Whatever the clock says, the order is that in which they were stored.
      number = Math.max(number + 1, clock.millis() * 1000);
      long day = day(record.timeNs());
      lines
          .computeIfAbsent(day, each -> new StringBuilder())
          .append(record.withNumber(number).line());
      last.put(day, number);
    }
    // Not known any more when it fails half-way.
    lastNumbers = Optional.empty();
    boolean fresh = !Files.isDirectory(folder);
    Files.createDirectories(folder);
    for (var day : lines.entrySet()) {
      fresh |= file(day.getKey()).append(day.getValue().toString());
    }
    if (fresh) {
      force(folder);
      force(root);
    }
    known.putAll(last);
    lastNumbers = Optional.of(known);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The first records of a query, in order of time, then of number. */
  List<TimedRecord> find(RecordQuery query) throws IOException {
    var found = new ArrayList<TimedRecord>();
    // One that began the day before may last into the range.
    long firstDay =
        query.range().fromNs() < Long.MIN_VALUE + 2 * DAY_NS
            ? Long.MIN_VALUE
            : day(query.range().fromNs()) - 1;
    long lastDay = day(query.range().toNs() - 1);
    for (long day : days()) {
      if (day >= firstDay && day <= lastDay && found.size() < query.limit()) {
        List<TimedRecord> ofDay =
            file(day).meeting(query.range()).stream()
                .filter(query::wants)
                .sorted(
                    Comparator.comparingLong(TimedRecord::timeNs)
                        .thenComparingLong(TimedRecord::number))
                .toList();
        found.addAll(ofDay.subList(0, Math.min(ofDay.size(), query.limit() - found.size())));
      }
    }
    return found;
  }

  /**
   * The first stored records with a greater number, in order of number: none with a lesser one
   * comes later.
   */
  List<TimedRecord> after(long number, int limit) throws IOException {
    Map<Long, Long> known;
    synchronized (this) {
      known = Map.copyOf(lastNumbers());
    }
    // What is being added now may stand in one file and not yet in another.
    long stored = known.values().stream().mapToLong(Long::longValue).max().orElse(0);
    var found = new ArrayList<TimedRecord>();
    for (Map.Entry<Long, Long> day : known.entrySet()) {
      if (day.getValue() > number) {
        found.addAll(file(day.getKey()).after(number, limit));
      }
    }
    return found.stream()
        .filter(record -> record.number() <= stored)
        .sorted(Comparator.comparingLong(TimedRecord::number))
        .limit(limit)
        .toList();
  }

  /** The least number of those that end after a producer time. */
  Optional<Long> firstFrom(long fromNs) throws IOException {
    Optional<Long> least = Optional.empty();
    for (long day : days()) {
      if (day >= day(fromNs) - 1) {
        var ofDay = file(day).meeting(new TimeRange(fromNs, Long.MAX_VALUE));
        // Of a day they stand in order of number.
        if (!ofDay.isEmpty()
            && least.map(number -> ofDay.getFirst().number() < number).orElse(true)) {
          least = Optional.of(ofDay.getFirst().number());
        }
      }
    }
    return least;
  }

  private List<Long> days() throws IOException {
    var days = new ArrayList<Long>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          days.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        }
      } catch (NumberFormatException e) {
        throw new IOException("not a day: " + e.getMessage(), e);
      }
    }
    days.sort(null);
    return days;
  }

  /** Deletes the records that meet a range of producer time. */
  synchronized void forget(TimeRange range) throws IOException {
    for (long day : days()) {
      if (file(day).keep(record -> !record.meets(range))) {
        force(folder);
      }
    }
  }

  /** Deletes the days that ended before a producer time. */
  synchronized void retain(long fromNs) throws IOException {
    for (long day : days()) {
      if (day < day(fromNs)) {
        Files.delete(file(day).path());
        files.remove(day);
        lastNumbers.ifPresent(known -> known.remove(day));
      }
    }
  }

  /** Deletes all. */
  synchronized void delete() throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    files.clear();
    lastNumbers = Optional.empty();
  }
}
