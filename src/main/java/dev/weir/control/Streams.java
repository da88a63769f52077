// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.Archive;
import dev.weir.model.CorruptRecord;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams by name. Thread-safe; whatever changes a stream blocks on the disk. */
public final class Streams {

  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

  private final Archive archive;
  private final InstantSource clock;
  private final NavigableMap<StreamName, Stream> byName = new TreeMap<>();

  /** Reads all streams of an archive. */
  public Streams(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
    for (StreamId id : archive.streams()) {
      try {
        archive
            .readSettings(id)
            .map(document -> StreamDocument.read(id, document))
            .ifPresent(stream -> byName.put(stream.name(), stream));
      } catch (CorruptRecord e) {
        LOG.error("a stream is left out: {}", e.getMessage());
      }
    }
  }

  public synchronized Optional<Stream> find(StreamName name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * @throws NotFound when there is no such stream
   */
  public Stream require(StreamName name) {
    return find(name)
        .orElseThrow(
            () -> new NotFound("no such stream", "stream", "a stream that exists", name.value()));
  }

  public synchronized Stream getOrCreate(StreamName name) {
    Stream known = byName.get(name);
    return known != null ? known : put(name, StreamSettings.DEFAULT);
  }

  /** Creates a stream or changes its settings. */
  public synchronized Stream put(StreamName name, StreamSettings settings) {
    Stream known = byName.get(name);
    var stream =
        known == null
            ? new Stream(StreamId.random(), name, clock.instant(), settings)
            : new Stream(known.id(), name, known.created(), settings);
    archive.writeSettings(stream.id(), StreamDocument.write(stream));
    byName.put(name, stream);
    return stream;
  }

  /** Removes a stream and all its media. */
  public synchronized void delete(StreamName name) {
    Stream stream = require(name);
    byName.remove(name);
    archive.deleteStream(stream.id());
  }

  /** Streams whose names begin with the prefix and come after the cursor, in order of name. */
  public synchronized List<Stream> list(String prefix, String cursor, int limit) {
    return byName.values().stream()
        .filter(stream -> stream.name().value().startsWith(prefix))
        .filter(stream -> cursor.isEmpty() || stream.name().value().compareTo(cursor) > 0)
        .limit(limit)
        .toList();
  }

  /**
   * Deletes media that is older than its stream's retention; gives the bytes of the files that go.
   */
  public long retain() {
    long nowNs = TimeRange.nanos(clock.instant());
    long bytes = 0;
    for (Stream stream : list("", "", Integer.MAX_VALUE)) {
      if (!stream.settings().retention().isZero()) {
        bytes += archive.expire(stream.id(), nowNs - stream.settings().retention().toNanos());
      }
    }
    return bytes;
  }
}
