// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of all streams: a folder a stream, a file a day of producer time (UTC), a line a record,
 * forced before they count as stored. A line that a crash cut is passed over. Thread-safe; blocks
 * on the disk.
 */
public final class Records {

  private static final Logger LOG = LoggerFactory.getLogger(Records.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".ndjson";
  private static final long DAY_NS = 86_400_000_000_000L;

  private final Path folder;
  private final InstantSource clock;
  private long lastNumber;

  public Records(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  private Path file(StreamId stream, long day) {
    return folder.resolve(stream.toString()).resolve(day + SUFFIX);
  }

  /** Stores records; they survive a crash once this returns. */
  public synchronized void add(StreamId stream, List<TimedRecord> records) {
    var lines = new TreeMap<Long, StringBuilder>();
    for (TimedRecord record : records) {
      lastNumber = Math.max(lastNumber + 1, clock.millis() * 1000);
      lines
          .computeIfAbsent(Math.floorDiv(record.timeNs(), DAY_NS), day -> new StringBuilder())
          .append(line(record.withNumber(lastNumber)));
    }
    try {
      Path ofStream = folder.resolve(stream.toString());
      boolean fresh = !Files.isDirectory(ofStream);
      Files.createDirectories(ofStream);
      for (var day : lines.entrySet()) {
        fresh |= append(file(stream, day.getKey()), day.getValue().toString());
      }
      if (fresh) {
        force(ofStream);
        force(folder);
      }
    } catch (IOException e) {
      throw failure("records not stored", e);
    }
  }

  /** Appends and forces; whether the file is new. */
  private static boolean append(Path file, String lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      // What a crash cut must not run into what comes.
      String text = size > 0 && !endsALine(channel, size) ? "\n" + lines : lines;
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      channel.position(size);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      return size == 0;
    }
  }

  private static boolean endsALine(FileChannel channel, long size) throws IOException {
    var last = ByteBuffer.allocate(1);
    return channel.read(last, size - 1) == 1 && last.get(0) == '\n';
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String line(TimedRecord record) {
    ObjectNode node = JSON.createObjectNode();
    node.put("number", record.number()).put("timeNs", record.timeNs());
    node.put("durationNs", record.durationNs()).put("type", record.type());
    node.set("fields", record.fields());
    return node + "\n";
  }

  private static Optional<TimedRecord> read(String line) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode node
          && node.path("fields") instanceof ObjectNode fields) {
        return Optional.of(
            new TimedRecord(
                node.path("number").asLong(),
                node.path("timeNs").asLong(),
                node.path("durationNs").asLong(),
                node.path("type").asText(),
                fields));
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("a record is passed over: {}", e.toString());
    }
    return Optional.empty();
  }

  /** The first records of a query, in order of time, then of number. */
  public List<TimedRecord> find(StreamId stream, RecordQuery query) {
    var found = new ArrayList<TimedRecord>();
    // One that began the day before may last into the range.
    long firstDay =
        query.range().fromNs() < Long.MIN_VALUE + 2 * DAY_NS
            ? Long.MIN_VALUE
            : Math.floorDiv(query.range().fromNs(), DAY_NS) - 1;
    long lastDay = Math.floorDiv(query.range().toNs() - 1, DAY_NS);
    for (long day : days(stream)) {
      if (day >= firstDay && day <= lastDay && found.size() < query.limit()) {
        var ofDay = new ArrayList<TimedRecord>();
        each(
            file(stream, day),
            record -> {
              if (query.wants(record)) {
                ofDay.add(record);
              }
            });
        ofDay.sort(
            Comparator.comparingLong(TimedRecord::timeNs).thenComparingLong(TimedRecord::number));
        found.addAll(ofDay.subList(0, Math.min(ofDay.size(), query.limit() - found.size())));
      }
    }
    return found;
  }

  private interface Use {
    void of(TimedRecord record);
  }

  private static void each(Path file, Use use) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read(line).ifPresent(use::of);
      }
    } catch (IOException e) {
      throw failure("records can't be read", e);
    }
  }

  private List<Long> days(StreamId stream) {
    var days = new ArrayList<Long>();
    Path ofStream = folder.resolve(stream.toString());
    if (Files.isDirectory(ofStream)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(ofStream, "*" + SUFFIX)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          days.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        }
      } catch (IOException | NumberFormatException e) {
        throw failure("records can't be read", new IOException(e));
      }
    }
    days.sort(null);
    return days;
  }

  /** Deletes the records of a range of producer time. */
  public synchronized void forget(StreamId stream, TimeRange range) {
    rewrite(
        stream,
        record ->
            record.timeNs() >= range.toNs()
                || record.timeNs() + Math.max(1, record.durationNs()) <= range.fromNs());
  }

  private void rewrite(StreamId stream, Predicate<TimedRecord> kept) {
    try {
      for (long day : days(stream)) {
        Path file = file(stream, day);
        var rest = new StringBuilder();
        var gone = new ArrayList<TimedRecord>();
        each(
            file,
            record -> {
              if (kept.test(record)) {
                rest.append(line(record));
              } else {
                gone.add(record);
              }
            });
        if (!gone.isEmpty()) {
          Path fresh = file.resolveSibling(day + ".new");
          Files.deleteIfExists(fresh);
          var _ = append(fresh, rest.toString());
          Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
          force(folder.resolve(stream.toString()));
        }
      }
    } catch (IOException e) {
      throw failure("records not deleted", e);
    }
  }

  /** Deletes the days that ended before a producer time: the stream's retention. */
  public synchronized void retain(StreamId stream, long fromNs) {
    try {
      for (long day : days(stream)) {
        if (day < Math.floorDiv(fromNs, DAY_NS)) {
          Files.delete(file(stream, day));
        }
      }
    } catch (IOException e) {
      throw failure("records not deleted", e);
    }
  }

  /** Deletes all records of a stream. */
  public synchronized void delete(StreamId stream) {
    try {
      for (long day : days(stream)) {
        Files.delete(file(stream, day));
      }
      Files.deleteIfExists(folder.resolve(stream.toString()));
    } catch (IOException e) {
      throw failure("records not deleted", e);
    }
  }

  private static StorageFailure failure(String what, IOException cause) {
    return new StorageFailure(what, "records", "", cause.toString());
  }
}
