// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import dev.weir.control.Streams;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frames;
import dev.weir.records.Records;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks that are at work, each with a courier for every stream that it is of: streams come and
 * go, and couriers with them. Thread-safe.
 */
final class Roster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
  private static final long LOOK_FOR_STREAMS_MILLIS = 1000;

  /** Where what a stream brings about goes. */
  interface Destinations {
    Destination of(Stream stream);
  }

  /** What fragments of a stream are occasions for; empty where it is what the hook says. */
  interface OccasionsOf {
    Optional<Occasions> of(Stream stream);
  }

  /**
   * A hook at work.
   *
   * @param stated a client stated it: it is in the ledger, and clients may change it
   * @param couriers by stream; guarded by the roster
   */
  record Active(
      Hook hook,
      boolean stated,
      Destinations destinations,
      OccasionsOf occasions,
      Attempts attempts,
      Map<StreamId, Courier> couriers) {

    static Active of(Hook hook, boolean stated, Destinations destinations, Attempts attempts) {
      return of(hook, stated, destinations, stream -> Optional.empty(), attempts);
    }

    static Active of(
        Hook hook,
        boolean stated,
        Destinations destinations,
        OccasionsOf occasions,
        Attempts attempts) {
      return new Active(hook, stated, destinations, occasions, attempts, new HashMap<>());
    }
  }

  private final Streams streams;
  private final Checkpoints checkpoints;
  private final Couriers couriers;
  private final ConfiguredHooks configured;
  private final Records.Following recordsFollowed;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-hook-streams").factory());
  private final TreeMap<String, Active> hooks = new TreeMap<>();

  /** As they were when they were looked for last. */
  private List<StreamId> lastSeen = List.of();

  Roster(
      Checkpoints checkpoints,
      DeadLetters dead,
      Streams streams,
      Publications publications,
      Frames frames,
      Records records,
      HookOptions options,
      InstantSource clock) {
    this.streams = streams;
    this.checkpoints = checkpoints;
    this.couriers =
        new Couriers(
            checkpoints, dead, publications, frames, records, options, this::wakeSoon, clock);
    this.configured = new ConfiguredHooks(this, couriers, checkpoints, clock);
    this.recordsFollowed = records.follow(this::wakeSoon);
  }

  /** Begins to look for streams: whoever is on the roster by now goes to work. */
  void start() {
    var _ =
        looking.scheduleWithFixedDelay(
            this::lookForStreams, 0, LOOK_FOR_STREAMS_MILLIS, TimeUnit.MILLISECONDS);
  }

  Couriers couriers() {
    return couriers;
  }

  synchronized Optional<Active> find(String id) {
    return Optional.ofNullable(hooks.get(id));
  }

  /**
   * @throws NotFound when there is no such hook
   */
  Active require(String id) {
    return find(id)
        .orElseThrow(() -> new NotFound("no such hook", "hook", "a hook that exists", id));
  }

  /** Those after a cursor, in order of id. */
  synchronized List<Hook> list(String cursor, int limit) {
    return hooks.tailMap(cursor, false).values().stream().limit(limit).map(Active::hook).toList();
  }

  synchronized int size() {
    return hooks.size();
  }

  /** Adds a hook that goes to work once the streams are looked for. */
  synchronized void add(Active active) {
    hooks.put(active.hook.id(), active);
  }

  /** Sets a hook to work, in the place of the one with its id. */
  synchronized void put(Active active) {
    remove(active.hook.id());
    add(active);
    activate(active, allStreams());
  }

  /** Ends a hook's work. */
  synchronized void remove(String id) {
    Active gone = hooks.remove(id);
    if (gone != null) {
      gone.couriers.values().forEach(Courier::end);
    }
  }

  synchronized Map<StreamId, Courier> couriers(Active active) {
    return Map.copyOf(active.couriers);
  }

  private List<Stream> allStreams() {
    return streams.list("", "", Integer.MAX_VALUE);
  }

  private void lookForStreams() {
    try {
      List<Stream> all = allStreams();
      configured.look(all);
      List<StreamId> known = all.stream().map(Stream::id).toList();
      synchronized (this) {
        if (known.equals(lastSeen)) {
          return;
        }
        lastSeen = known;
        Set<StreamId> there = Set.copyOf(known);
        for (Active active : hooks.values()) {
          activate(active, all);
          forgetOthers(active, there);
        }
        couriers.retain(there);
      }
    } catch (RuntimeException e) {
      LOG.error("streams of hooks will be looked for again", e);
    }
  }

  private void activate(Active active, List<Stream> all) {
    for (Stream stream : all) {
      if (active.hook.matches(stream.name().value()) && !active.couriers.containsKey(stream.id())) {
        Courier courier = couriers.of(active, stream);
        active.couriers.put(stream.id(), courier);
        courier.start();
      }
    }
  }

  private void forgetOthers(Active active, Set<StreamId> known) {
    for (StreamId gone : List.copyOf(active.couriers.keySet())) {
      Courier courier = known.contains(gone) ? null : active.couriers.remove(gone);
      if (courier != null) {
        courier.end();
        checkpoints.remove(active.hook.id() + "/" + gone);
      }
    }
  }

  /** On a thread that writes media or records: wakes who waits, on another. */
  private void wakeSoon(StreamId stream) {
    try {
      looking.execute(() -> wake(stream));
    } catch (RejectedExecutionException e) {
      // Closing: what was stored is told of after the next start.
      LOG.debug("not told of stream {}: {}", stream, e.toString());
    }
  }

  private synchronized void wake(StreamId stream) {
    for (Active active : hooks.values()) {
      Courier courier = active.couriers.get(stream);
      if (courier != null) {
        courier.wake();
      }
    }
  }

  @Override
  public void close() {
    recordsFollowed.close();
    synchronized (this) {
      hooks.values().forEach(active -> active.couriers.values().forEach(Courier::end));
    }
    looking.shutdownNow();
    couriers.close();
  }
}
