// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import dev.weir.model.TimeRange;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The records of a stream whose time is in one day (UTC): a line each, in order of number. A line
 * that a crash cut is passed over. Remembers which times lie in which blocks of lines, so that a
 * question about minutes does not read the day. One writer at a time, beside any readers. Blocks on
 * the disk.
 */
final class DayFile {

  /** Less than this is read through to find something. */
  private static final int SMALL_BYTES = 64 << 10;

  private final Path path;

  /** Of whole lines, in order, from the first on; guarded by {@code this}. */
  private final List<Block> blocks = new ArrayList<>();

  /**
   * Lines one after another.
   *
   * @param fromNs the earliest producer time
   * @param toNs the latest end
   */
  private record Block(long begin, long end, long fromNs, long toNs) {

    Block with(TimedRecord record, long newEnd) {
      return new Block(
          begin, newEnd, Math.min(fromNs, record.timeNs()), Math.max(toNs, record.endNs()));
    }
  }

  /**
   * A record in its line.
   *
   * @param end where the line after it begins
   * @param whole its line feed is there
   */
  private record Line(TimedRecord record, long end, boolean whole) {}

  DayFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Appends and forces; whether the file is new. */
  boolean append(String lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
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

  /** Makes it anew of the records that are kept; whether any is not. */
  synchronized boolean keep(Predicate<TimedRecord> kept) throws IOException {
    var rest = new StringBuilder();
    boolean gone = false;
    try (Lines lines = lines(0)) {
      for (Optional<Line> next = lines.next(); next.isPresent(); next = lines.next()) {
        TimedRecord record = next.get().record;
        if (kept.test(record)) {
          rest.append(record.line());
        } else {
          gone = true;
        }
      }
    }
    if (gone) {
      var fresh = new DayFile(path.resolveSibling(path.getFileName() + ".new"));
      Files.deleteIfExists(fresh.path);
      var _ = fresh.append(rest.toString());
      Files.move(fresh.path, path, StandardCopyOption.REPLACE_EXISTING);
      blocks.clear();
    }
    return gone;
  }

  /** The records that meet a range of producer time, in order of number. */
  synchronized List<TimedRecord> meeting(TimeRange range) throws IOException {
    lookAtNewLines();
    var found = new ArrayList<TimedRecord>();
    for (Block block : blocks) {
      if (block.fromNs < range.toNs() && block.toNs > range.fromNs()) {
        try (Lines lines = lines(block.begin)) {
          for (Optional<Line> next = lines.next();
              next.isPresent() && next.get().end <= block.end;
              next = lines.next()) {
            if (next.get().record.meets(range)) {
              found.add(next.get().record);
            }
          }
        }
      }
    }
    return found;
  }

  private void lookAtNewLines() throws IOException {
    long seen = blocks.isEmpty() ? 0 : blocks.getLast().end;
    try (Lines lines = lines(seen)) {
      for (Optional<Line> next = lines.next();
          next.isPresent() && next.get().whole;
          next = lines.next()) {
        Line line = next.get();
        Block last =
            blocks.isEmpty() || blocks.getLast().end - blocks.getLast().begin > SMALL_BYTES
                ? new Block(seen, seen, Long.MAX_VALUE, Long.MIN_VALUE)
                : blocks.removeLast();
        blocks.add(last.with(line.record, line.end));
        seen = line.end;
      }
    }
  }

  /** The number of its last record; 0 when it has none. */
  long lastNumber() throws IOException {
    long size = size();
    for (long back = SMALL_BYTES; ; back *= 2) {
      long number = 0;
      try (Lines lines = lines(Math.max(0, size - back))) {
        for (Optional<Line> next = lines.next(); next.isPresent(); next = lines.next()) {
          number = next.get().record.number();
        }
      }
      if (number > 0 || back >= size) {
        return number;
      }
    }
  }

  /** The first records with a greater number. */
  List<TimedRecord> after(long number, int limit) throws IOException {
    var found = new ArrayList<TimedRecord>();
    try (Lines lines = lines(notAfter(number))) {
      while (found.size() < limit) {
        Optional<Line> next = lines.next();
        if (next.isEmpty()) {
          break;
        }
        if (next.get().record.number() > number) {
          found.add(next.get().record);
        }
      }
    }
    return found;
  }

  /** A place before which no record has a greater number, and not far before the first that has. */
  private long notAfter(long number) throws IOException {
    long low = 0;
    long high = size();
    while (high - low > SMALL_BYTES) {
      long middle = (low + high) >>> 1;
      Optional<Line> line;
      try (Lines lines = lines(middle)) {
        line = lines.next();
      }
      if (line.isPresent() && line.get().record.number() <= number && line.get().end <= high) {
        low = line.get().end;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long size() throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** The lines that begin at or after a place; none when the file has gone meanwhile. */
  private Lines lines(long from) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return new Lines(InputStream.nullInputStream(), 0);
    }
    // From the byte before on, so that a line which begins at that very place is whole.
    channel.position(Math.max(0, from - 1));
    var lines = new Lines(new BufferedInputStream(Channels.newInputStream(channel)), from);
    if (from > 0) {
      lines.at = from - 1;
      var _ = lines.bytes();
    }
    return lines;
  }

  private static final class Lines implements AutoCloseable {

    private final InputStream in;
    private long at;
    private boolean whole;

    Lines(InputStream in, long at) {
      this.in = in;
      this.at = at;
    }

    /** The next that is a record. */
    Optional<Line> next() throws IOException {
      for (Optional<byte[]> line = bytes(); line.isPresent(); line = bytes()) {
        Optional<TimedRecord> record =
            TimedRecord.read(new String(line.get(), StandardCharsets.UTF_8));
        if (record.isPresent()) {
          return Optional.of(new Line(record.get(), at, whole));
        }
      }
      return Optional.empty();
    }

    private Optional<byte[]> bytes() throws IOException {
      var line = new ByteArrayOutputStream();
      int next = in.read();
      boolean any = next >= 0;
      whole = false;
      for (; next >= 0; next = in.read()) {
        at++;
        if (next == '\n') {
          whole = true;
          break;
        }
        line.write(next);
      }
      return any ? Optional.of(line.toByteArray()) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
