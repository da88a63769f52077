// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.Conflict;
import dev.weir.model.CorruptRecord;
import dev.weir.model.Durability;
import dev.weir.model.NotFound;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.StreamName;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams by name. Thread-safe; whatever changes a stream blocks on the disk. */
public final class Streams {

  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

  private final Archive archive;
  private final InstantSource clock;
  private final NavigableMap<StreamName, Stream> byName = new TreeMap<>();

  /**
   * Held while a hold is set, and from looking at holds until what they leave is gone; fair, so
   * that a hold comes in between two steps. Taken before the monitor.
   */
  private final ReentrantLock holding = new ReentrantLock(true);

  /** Reads all streams of an archive, and ends what was begun of deleting some. */
  public Streams(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
    for (StreamId id : archive.streams()) {
      List<byte[]> documents = archive.readSettings(id);
      if (StreamDocument.isDeleted(documents)) {
        archive.deleteStream(id);
      } else {
        newest(id, documents).ifPresent(stream -> byName.put(stream.name(), stream));
      }
    }
  }

  /** The stream by the newest of its documents that can be read; empty when it has none. */
  private Optional<Stream> newest(StreamId id, List<byte[]> documents) {
    var readable = new ArrayList<Stream>();
    for (byte[] document : documents) {
      try {
        readable.add(StreamDocument.read(id, document));
      } catch (CorruptRecord e) {
        LOG.error("a copy of the settings of stream {} can't be read: {}", id, e.getMessage());
      }
    }
    if (readable.isEmpty() && !documents.isEmpty()) {
      // Its media is not lost with its name.
      LOG.error("stream {} has lost its name and settings and goes by its id", id);
      return Optional.of(
          new Stream(
              id,
              new StreamName(id.toString()),
              clock.instant(),
              0,
              StreamSettings.DEFAULT,
              List.of(),
              Map.of()));
    }
    return readable.stream().max(Comparator.comparingLong(Stream::revision));
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

  /**
   * Creates a stream or changes its settings.
   *
   * @throws Conflict when a setting changes that can't while there is media
   */
  public synchronized Stream put(StreamName name, StreamSettings settings) {
    Stream known = byName.get(name);
    return known == null
        ? save(fresh(name, settings, Map.of()))
        : change(name, stream -> stream.with(settings));
  }

  /**
   * Creates a stream.
   *
   * @throws Conflict when there is one of the name
   */
  public synchronized Stream create(
      StreamName name, StreamSettings settings, Map<String, String> attributes) {
    if (byName.containsKey(name)) {
      throw new Conflict("stream", "stream", "a name that is free", name.value());
    }
    return save(fresh(name, settings, attributes));
  }

  private Stream fresh(StreamName name, StreamSettings settings, Map<String, String> attributes) {
    return new Stream(StreamId.random(), name, clock.instant(), 1, settings, List.of(), attributes);
  }

  /**
   * Changes a stream as one step.
   *
   * @param step looks at the stream as it is and gives it as it shall be; what it throws leaves all
   *     as it was
   * @throws Conflict when a setting changes that can't while there is media
   */
  public synchronized Stream change(StreamName name, UnaryOperator<Stream> step) {
    Stream known = require(name);
    Stream changed = step.apply(known);
    if (archive.status(known.id()).fragments() > 0) {
      checkWithMedia(known.settings(), changed.settings());
    }
    return save(changed);
  }

  private static void checkWithMedia(StreamSettings known, StreamSettings changed) {
    refuseWithMedia("durability", isInMemory(changed) == isInMemory(known), "memory and disk");
    // RFC 8216bis § 4.4.3.1: what a live playlist has once said must stay.
    refuseWithMedia(
        "targetDuration",
        changed.targetDuration().equals(known.targetDuration()),
        "target duration");
  }

  private static void refuseWithMedia(String setting, boolean same, String what) {
    if (!same) {
      throw new Conflict(
          what + " can't be changed now", setting, "a stream without media", "one with media");
    }
  }

  private static boolean isInMemory(StreamSettings settings) {
    return settings.durability() == Durability.MEMORY;
  }

  /**
   * Adds a hold, or changes the one with its id. It binds everything from its return on.
   *
   * @throws Conflict when the stream is kept in memory, where the oldest always gives way
   */
  public Stream hold(StreamName name, Hold hold) {
    return whileNothingGoes(() -> {
      synchronized (this) {
        Stream stream = require(name);
        if (isInMemory(stream.settings())) {
          throw new Conflict(
              "media in memory can't be held", "durability", "a stream on disk", "memory");
        }
        var holds = new ArrayList<>(stream.holds());
        holds.removeIf(each -> each.id().equals(hold.id()));
        holds.add(hold);
        return save(stream.with(holds));
      }
    });
  }

  /**
   * Takes something of a stream away, if the stream is still there, while no hold can be set: what
   * the stream's holds say then is what binds. A step is short, since holds wait for its end.
   *
   * @param step gets the stream as it is
   */
  public void takeAway(StreamName name, Consumer<Stream> step) {
    var _ =
        whileNothingGoes(() -> {
          Optional<Stream> stream = find(name);
          stream.ifPresent(step);
          return stream;
        });
  }

  private <T> T whileNothingGoes(Supplier<T> step) {
    holding.lock();
    try {
      return step.get();
    } finally {
      holding.unlock();
    }
  }

  /**
   * Takes a hold away.
   *
   * @throws NotFound when there is no such hold
   */
  public synchronized Stream release(StreamName name, String id) {
    Stream stream = require(name);
    var holds = new ArrayList<>(stream.holds());
    if (!holds.removeIf(each -> each.id().equals(id))) {
      throw new NotFound("no such hold", "hold", "a hold that exists", id);
    }
    return save(stream.with(holds));
  }

  private Stream save(Stream stream) {
    archive.writeSettings(stream.id(), StreamDocument.write(stream));
    byName.put(stream.name(), stream);
    return stream;
  }

  /**
   * Deletes all fragments that meet a range of producer time, for good (privacy): they are hidden
   * once this returns, whatever becomes of making files anew.
   *
   * @throws Conflict when a hold lies in it, or in a fragment that meets it
   */
  public void forget(StreamName name, TimeRange range) {
    StreamId id =
        whileNothingGoes(() -> {
          Stream stream = require(name);
          checkNotHeld(stream, range);
          // A fragment that is being pushed, or can't be read now, is not known by its times yet.
          archive.forget(stream.id(), range, stream.holds().stream().map(Hold::range).toList());
          return stream.id();
        });
    try {
      var _ = archive.forgetPending(id);
    } catch (WeirException e) {
      LOG.warn("a forgotten range of stream {} is hidden, and still stored: {}", id, e);
    }
  }

  private void checkNotHeld(Stream stream, TimeRange range) {
    checkNotHeld(stream, range.fromNs(), range.toNs(), "a range without a hold");
    if (!stream.holds().isEmpty()) {
      try (Timeline meant = archive.findAll(stream.id(), range, Clock.PRODUCER)) {
        meant
            .fragments()
            .forEach(each ->
                checkNotHeld(
                    stream,
                    each.producerTimeNs(),
                    each.producerEndNs(),
                    "a range of fragments without a hold"));
      }
    }
  }

  private static void checkNotHeld(Stream stream, long fromNs, long toNs, String expected) {
    stream
        .hold(fromNs, toNs)
        .ifPresent(hold -> {
          throw new Conflict("held range", "from, to", expected, "hold " + hold.id());
        });
  }

  /**
   * Removes a stream and all its media. What a reader still holds goes when it is done, or with the
   * next start: the stream's document says so from now on.
   */
  public synchronized void delete(StreamName name) {
    Stream stream = require(name);
    if (!stream.holds().isEmpty()) {
      throw new Conflict(
          "held stream",
          "stream",
          "a stream without holds",
          "hold " + stream.holds().getFirst().id());
    }
    try {
      archive.writeSettings(stream.id(), StreamDocument.writeDeleted(stream));
    } catch (StorageFailure e) {
      // A full disk is no reason to keep it.
      LOG.warn("stream {} is deleted without a note of it: {}", name, e.getMessage());
    }
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
}
