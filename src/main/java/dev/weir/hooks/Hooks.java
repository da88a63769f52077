// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.catalog.Ledger;
import dev.weir.control.Stream;
import dev.weir.control.Streams;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.InvalidArgument;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
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
  private static final int POOL_THREADS = 4;
  private static final long LOOK_FOR_STREAMS_MILLIS = 1000;
  private static final Duration DELIVERY_DEADLINE = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final Streams streams;
  private final Publications publications;
  private final SharedPictures pictures;
  private final Outgoing outgoing;
  private final Checkpoints checkpoints;
  private final DeadLetters dead;
  private final InstantSource clock;
  private final ExecutorService pool;
  private final ScheduledExecutorService looking;

  /** A hook with its couriers by stream. */
  private record Active(Hook hook, Attempts attempts, Map<StreamId, Courier> couriers) {}

  /** A stream that some hook follows. */
  private record Followed(Feed feed, Publications.Following following) {}

  private final TreeMap<String, Active> hooks = new TreeMap<>();
  private final Map<StreamId, Followed> followed = new HashMap<>();

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
      AddressRules rules,
      InstantSource clock) {
    this.ledger = ledger;
    this.streams = streams;
    this.publications = publications;
    this.pictures = new SharedPictures(frames);
    this.outgoing = new Outgoing(rules, InetAddress::getAllByName, DELIVERY_DEADLINE);
    this.checkpoints = new Checkpoints(ledger);
    this.dead = new DeadLetters(ledger);
    this.clock = clock;
    this.pool =
        Executors.newFixedThreadPool(
            POOL_THREADS, Thread.ofPlatform().daemon().name("weir-hooks-", 1).factory());
    for (String document : ledger.all(ROOM).values()) {
      try {
        Hook hook = HookDocument.read(document);
        hooks.put(hook.id(), new Active(hook, new Attempts(), new HashMap<>()));
      } catch (CorruptRecord e) {
        LOG.error("a hook is left out: {}", e.getMessage());
      }
    }
    this.looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weir-hook-streams").factory());
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
      var _ = outgoing.allowed(hook.url().getHost());
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
   * @return how many streams have media from there on
   */
  public int replay(String id, long fromNs) {
    int count = 0;
    for (Map.Entry<StreamId, Courier> each : couriers(id)) {
      var range = new TimeRange(fromNs, Long.MAX_VALUE);
      Optional<FragmentEntry> first = publications.firstIn(each.getKey(), range);
      if (first.isPresent()) {
        each.getValue().replay(first.get().number().counter() - 1, fromNs);
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
      if (!letter.fragment().isEmpty()) {
        dead.add(id, letter.toBeSentAgain());
        count++;
      }
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
        followed.keySet().stream().filter(id -> !known.contains(id)).toList().forEach(this::forget);
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
        Courier courier = courier(active, stream);
        active.couriers.put(stream.id(), courier);
        courier.start();
      }
    }
  }

  private Courier courier(Active active, Stream stream) {
    String key = Courier.key(active.hook.id(), stream);
    Feed feed = follow(stream).feed;
    Position position = checkpoints.find(key);
    if (position == null) {
      // A stream that is younger than the hook is told of from its beginning.
      boolean younger = stream.created().isAfter(active.hook.created());
      position = Position.after(younger ? 0 : clock.millis() * 1000);
      checkpoints.put(key, position);
    }
    return new Courier(
        active.hook,
        stream,
        position,
        new Reader(active.hook, stream, publications, pictures, feed, clock),
        outgoing,
        active.attempts,
        dead,
        checkpoints,
        pool,
        clock);
  }

  private Followed follow(Stream stream) {
    return followed.computeIfAbsent(
        stream.id(),
        id -> {
          var feed = new Feed(publications, id, clock);
          return new Followed(feed, publications.follow(id, () -> published(id, feed)));
        });
  }

  /** On a writer thread: only counts, and wakes who waits. */
  private void published(StreamId stream, Feed feed) {
    feed.published();
    try {
      looking.execute(() -> wake(stream));
    } catch (RejectedExecutionException e) {
      // Closing: what was published is told of after the next start.
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

  private void forget(StreamId stream) {
    Followed gone = followed.remove(stream);
    if (gone != null) {
      gone.following.close();
    }
    for (Active active : hooks.values()) {
      Courier courier = active.couriers.remove(stream);
      if (courier != null) {
        courier.end();
        checkpoints.remove(active.hook.id() + "/" + stream);
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      hooks.values().forEach(active -> active.couriers.values().forEach(Courier::end));
      followed.values().forEach(each -> each.following.close());
    }
    looking.shutdownNow();
    outgoing.close();
    pool.shutdown();
    try {
      var _ = pool.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    checkpoints.close();
    ledger.close();
  }
}
