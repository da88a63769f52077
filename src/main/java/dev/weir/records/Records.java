// SPDX-License-Identifier: Apache-2.0
package dev.weir.records;

import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Records of all streams: a folder a stream, a file a day of producer time (UTC), a line a record,
 * forced before they count as stored. Thread-safe; blocks on the disk, and throws {@link
 * StorageFailure} when it can't.
 */
public final class Records {

  private final Path folder;
  private final InstantSource clock;
  private final Map<StreamId, StreamRecords> streams = new ConcurrentHashMap<>();
  private final List<Consumer<StreamId>> listeners = new CopyOnWriteArrayList<>();

  public Records(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** What ends a subscription. */
  public interface Following extends AutoCloseable {
    @Override
    void close();
  }

  private interface Work<T> {
    T on(StreamRecords records) throws IOException;
  }

  private <T> T of(StreamId stream, String failed, Work<T> work) {
    StreamRecords records =
        streams.computeIfAbsent(stream, id -> new StreamRecords(folder, id, clock));
    try {
      return work.on(records);
    } catch (IOException e) {
      throw new StorageFailure(failed, "records", "", e.toString());
    }
  }

  /** Stores records; they survive a crash once this returns. */
  public void add(StreamId stream, List<TimedRecord> records) {
    of(
        stream,
        "records not stored",
        each -> {
          each.add(records);
          return records;
        });
    listeners.forEach(listener -> listener.accept(stream));
  }

  /** Tells of streams once they have other records, on the thread that stored them. */
  public Following follow(Consumer<StreamId> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** The first records of a query, in order of time, then of number. */
  public List<TimedRecord> find(StreamId stream, RecordQuery query) {
    return of(stream, "records can't be read", each -> each.find(query));
  }

  /**
   * The first records with a greater number, in order of number: none with a lesser one comes
   * later.
   */
  public List<TimedRecord> after(StreamId stream, long number, int limit) {
    return of(stream, "records can't be read", each -> each.after(number, limit));
  }

  /** The least number of those that end after a producer time. */
  public Optional<Long> firstFrom(StreamId stream, long fromNs) {
    return of(stream, "records can't be read", each -> each.firstFrom(fromNs));
  }

  /** Deletes the records that meet a range of producer time. */
  public void forget(StreamId stream, TimeRange range) {
    of(
        stream,
        "records not deleted",
        each -> {
          each.forget(range);
          return range;
        });
  }

  /** Deletes the days that ended before a producer time: the stream's retention. */
  public void retain(StreamId stream, long fromNs) {
    of(
        stream,
        "records not deleted",
        each -> {
          each.retain(fromNs);
          return fromNs;
        });
  }

  /** Deletes all records of a stream. */
  public void delete(StreamId stream) {
    of(
        stream,
        "records not deleted",
        each -> {
          each.delete();
          return stream;
        });
    streams.remove(stream);
  }
}
