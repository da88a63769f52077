// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.catalog.Ledger;
import dev.weir.control.Stream;
import dev.weir.control.Streams;
import dev.weir.model.CorruptRecord;
import dev.weir.model.InvalidArgument;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frames;
import dev.weir.records.Records;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
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
 * All hooks of a server, and who brings them what they are due. Thread-safe; what changes a hook is
 * on disk when it returns. Blocks on the ledger.
 */
public final class Hooks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
  private static final String ROOM = "hook";
  private static final int MOST_HOOKS = 10_000;
  private static final long LOOK_FOR_STREAMS_MILLIS = 1000;

  private final Ledger ledger;
  private final Streams streams;
  private final Publications publications;
  private final Records records;
  private final Checkpoints checkpoints;
  private final DeadLetters dead;
  private final Couriers couriers;
  private final Records.Following recordsFollowed;
  private final InstantSource clock;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-hook-streams").factory());

  /** A hook with its couriers by stream. */
  private record Active(Hook hook, Attempts attempts, Map<StreamId, Courier> couriers) {}

  private final TreeMap<String, Active> hooks = new TreeMap<>();

  /** As they were when streams were looked for last. */
  private List<StreamId> lastSeen = List.of();

  /**
   * Starts all hooks of a ledger, which is closed with this.
   *
   * @param rules where deliveries may go
   */
  public Hooks(
      Ledger ledger,
      Streams streams,
      Publications publications,
      Frames frames,
      Records records,
      AddressRules rules,
      InstantSource clock) {
    this.ledger = ledger;
    this.streams = streams;
    this.publications = publications;
    this.records = records;
    this.checkpoints = new Checkpoints(ledger);
    this.dead = new DeadLetters(ledger);
    this.clock = clock;
    this.couriers =
        new Couriers(
            checkpoints, dead, publications, frames, records, rules, this::wakeSoon, clock);
    for (String document : ledger.all(ROOM).values()) {
      try {
        Hook hook = HookDocument.read(document);
        hooks.put(hook.id(), new Active(hook, new Attempts(), new HashMap<>()));
      } catch (CorruptRecord e) {
        LOG.error("a hook is left out: {}", e.getMessage());
      }
    }
    this.recordsFollowed = records.follow(this::wakeSoon);
    var _ =
        looking.scheduleWithFixedDelay(
            this::lookForStreams, 0, LOOK_FOR_STREAMS_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Creates a hook, which begins with what comes from now on, or changes it, and it goes on where
   * it was.
   *
   * @return the hook, and whether it is new
   * @throws InvalidArgument when a field makes no sense, or its address may not be talked to
   */
  public Map.Entry<Hook, Boolean> put(String id, JsonNode document) {
    Hook hook = HookDocument.parse(id, document, clock.instant());
    demandAllowed(hook);
    boolean created;
    synchronized (this) {
      Active known = hooks.get(id);
      created = known == null;
      if (created && hooks.size() >= MOST_HOOKS) {
        throw new LimitExceeded("too many hooks", "hooks", "at most " + MOST_HOOKS, "one more");
      }
      if (known != null) {
        hook = HookDocument.parse(id, document, known.hook.created());
        known.couriers.values().forEach(Courier::end);
      }
      ledger.put(ROOM, Map.of(id, HookDocument.write(hook)));
      var attempts = known == null ? new Attempts() : known.attempts;
      var active = new Active(hook, attempts, new HashMap<>());
      hooks.put(id, active);
      activate(active);
    }
    checkpoints.flush();
    return Map.entry(hook, created);
  }

  private void demandAllowed(Hook hook) {
    try {
      var _ = couriers.outgoing().allowed(hook.url().getHost());
    } catch (Outgoing.Forbidden e) {
      throw new InvalidArgument(
          "address not allowed", "url", "a public address", String.valueOf(e.getMessage()));
    } catch (UnknownHostException e) {
      throw new InvalidArgument(
          "unknown host", "url", "a name that is known", hook.url().getHost());
    } catch (IOException e) {
      throw new InvalidArgument("hook", "url", "a name that can be looked up", e.toString());
    }
  }

  public synchronized Optional<Hook> find(String id) {
    return Optional.ofNullable(hooks.get(id)).map(Active::hook);
  }

  /**
   * @throws NotFound when there is no such hook
   */
  public Hook require(String id) {
    return active(id).hook;
  }

  private synchronized Active active(String id) {
    Active found = hooks.get(id);
    if (found == null) {
      throw new NotFound("no such hook", "hook", "a hook that exists", id);
    }
    return found;
  }

  /** Hooks after a cursor, in order of id. */
  public synchronized List<Hook> list(String cursor, int limit) {
    return hooks.tailMap(cursor, false).values().stream().limit(limit).map(Active::hook).toList();
  }

  /**
   * Deletes a hook with all that is known of it.
   *
   * @throws NotFound when there is no such hook
   */
  public void delete(String id) {
    synchronized (this) {
      Active gone = active(id);
      hooks.remove(id);
      gone.couriers.values().forEach(Courier::end);
      ledger.delete(ROOM, id);
      checkpoints.keys().stream()
          .filter(key -> key.startsWith(id + "/"))
          .forEach(checkpoints::remove);
      dead.removeAll(id);
    }
    checkpoints.flush();
  }

  /**
   * Begins anew from a producer time, over what is stored; sequence numbers go on.
   *
   * @return how many streams have something from there on
   */
  public int replay(String id, long fromNs) {
    boolean ofRecords = require(id).on() == HookEvent.RECORD;
    int count = 0;
    for (Map.Entry<StreamId, Courier> each : couriers(id)) {
      Optional<Long> first =
          ofRecords
              ? records.firstFrom(each.getKey(), fromNs)
              : publications
                  .firstIn(each.getKey(), new TimeRange(fromNs, Long.MAX_VALUE))
                  .map(fragment -> fragment.number().counter());
      if (first.isPresent()) {
        each.getValue().replay(first.get() - 1, fromNs);
        count++;
      }
    }
    checkpoints.flush();
    return count;
  }

  /** Has dead letters sent once more; how many. */
  public int replayDead(String id) {
    Active active = active(id);
    int count = 0;
    for (DeadLetters.Letter letter : dead.of(id)) {
      dead.add(id, letter.toBeSentAgain());
      count++;
    }
    synchronized (this) {
      active.couriers.values().forEach(Courier::sendDead);
    }
    return count;
  }

  private synchronized List<Map.Entry<StreamId, Courier>> couriers(String id) {
    return new ArrayList<>(Map.copyOf(active(id).couriers).entrySet());
  }

  /** What was tried lately, what was given up, and how far the hook is. */
  public HookReport report(String id) {
    Active active = active(id);
    var byStream = new ArrayList<HookReport.OfStream>();
    for (Map.Entry<StreamId, Courier> each : couriers(id)) {
      Position position = each.getValue().position();
      byStream.add(
          new HookReport.OfStream(
              each.getValue().streamName(), position.sequence(), each.getValue().retrying()));
    }
    return HookReport.of(active.attempts.list(), dead.of(id), byStream);
  }

  private void lookForStreams() {
    try {
      List<Stream> all = streams.list("", "", Integer.MAX_VALUE);
      List<StreamId> known = all.stream().map(Stream::id).toList();
      synchronized (this) {
        if (known.equals(lastSeen)) {
          return;
        }
        lastSeen = known;
        for (Active active : hooks.values()) {
          activate(active, all);
        }
        Set<StreamId> there = Set.copyOf(known);
        hooks.values().forEach(active -> forgetOthers(active, there));
        couriers.retain(there);
      }
    } catch (RuntimeException e) {
      LOG.error("streams of hooks will be looked for again", e);
    }
  }

  private void activate(Active active) {
    activate(active, streams.list("", "", Integer.MAX_VALUE));
  }

  private void activate(Active active, List<Stream> all) {
    for (Stream stream : all) {
      if (active.hook.matches(stream.name().value()) && !active.couriers.containsKey(stream.id())) {
        Courier courier = couriers.of(active.hook, active.attempts, stream);
        active.couriers.put(stream.id(), courier);
        courier.start();
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

  private void forgetOthers(Active active, Set<StreamId> known) {
    for (StreamId gone : List.copyOf(active.couriers.keySet())) {
      Courier courier = known.contains(gone) ? null : active.couriers.remove(gone);
      if (courier != null) {
        courier.end();
        checkpoints.remove(active.hook.id() + "/" + gone);
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
    checkpoints.close();
    ledger.close();
  }
}
