// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.catalog.Ledger;
import dev.weir.control.Streams;
import dev.weir.model.Conflict;
import dev.weir.model.CorruptRecord;
import dev.weir.model.InvalidArgument;
import dev.weir.model.LimitExceeded;
import dev.weir.model.NotFound;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.Frames;
import dev.weir.records.Records;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All hooks of a server: those that clients state, and those that look in the server's own process.
 * Thread-safe; what changes a stated hook is on disk when it returns. Blocks on the ledger.
 */
public final class Hooks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
  private static final String ROOM = "hook";
  private static final int MOST_HOOKS = 10_000;

  private final Ledger ledger;
  private final Publications publications;
  private final Records records;
  private final Checkpoints checkpoints;
  private final DeadLetters dead;
  private final Roster roster;
  private final InstantSource clock;

  /**
   * Starts all hooks of a ledger, which is closed with this.
   *
   * @param options where deliveries may go
   */
  public Hooks(
      Ledger ledger,
      Streams streams,
      Publications publications,
      Frames frames,
      Records records,
      HookOptions options,
      InstantSource clock) {
    this.ledger = ledger;
    this.publications = publications;
    this.records = records;
    this.checkpoints = new Checkpoints(ledger);
    this.dead = new DeadLetters(ledger);
    this.clock = clock;
    this.roster =
        new Roster(checkpoints, dead, streams, publications, frames, records, options, clock);
    for (String document : ledger.all(ROOM).values()) {
      try {
        roster.add(stated(HookDocument.read(document), new Attempts()));
      } catch (CorruptRecord e) {
        LOG.error("a hook is left out: {}", e.getMessage());
      }
    }
    roster.start();
  }

  private Roster.Active stated(Hook hook, Attempts attempts) {
    return Roster.Active.of(hook, true, stream -> roster.couriers().web(hook, stream), attempts);
  }

  /**
   * Creates a hook, which begins with what comes from now on, or changes it, and it goes on where
   * it was.
   *
   * @return the hook, and whether it is new
   * @throws InvalidArgument when a field makes no sense, or its address may not be talked to
   * @throws Conflict when the server's own process has a hook of that id
   */
  public Map.Entry<Hook, Boolean> put(String id, JsonNode document) {
    Hook hook = HookDocument.parse(id, document, clock.instant());
    demandAllowed(hook);
    Optional<Roster.Active> known;
    synchronized (this) {
      known = roster.find(id);
      if (known.isEmpty() && roster.size() >= MOST_HOOKS) {
        throw new LimitExceeded("too many hooks", "hooks", "at most " + MOST_HOOKS, "one more");
      }
      if (known.isPresent()) {
        demandStated(known.get());
        hook = HookDocument.parse(id, document, known.get().hook().created());
      }
      ledger.put(ROOM, Map.of(id, HookDocument.write(hook)));
      roster.put(stated(hook, known.map(Roster.Active::attempts).orElseGet(Attempts::new)));
    }
    checkpoints.flush();
    return Map.entry(hook, known.isEmpty());
  }

  /** What the server itself has made is not a client's to change. */
  private static void demandStated(Roster.Active active) {
    if (!active.stated()) {
      throw new Conflict(
          "the hook is the server's own", "hook", "one that was put", active.hook().id());
    }
  }

  private void demandAllowed(Hook hook) {
    try {
      var _ = roster.couriers().outgoing().allowed(hook.url().getHost());
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

  /**
   * Gives pictures to somebody in this process, as hooks do: at least once, in order by stream,
   * from where the last one of the same id came to.
   *
   * @param id of the hook that this is
   * @param streams names of streams; {@code *} stands for any letters
   * @param every from picture to picture; zero for each key frame
   * @throws Conflict when there is a hook of that id
   */
  public Listening listen(
      String id, String streams, Duration every, FrameForm form, FrameListener listener) {
    return listen(
        Hook.ofFrames(id, streams, every, form, clock.instant()),
        ProcessDestination.ofFrames(listener));
  }

  /**
   * Tells somebody in this process of fragments, likewise.
   *
   * @throws Conflict when there is a hook of that id
   */
  public Listening listen(String id, String streams, FragmentListener listener) {
    return listen(
        Hook.ofFragments(id, streams, clock.instant()), ProcessDestination.ofFragments(listener));
  }

  private synchronized Listening listen(Hook hook, ProcessDestination.Taker taker) {
    if (roster.find(hook.id()).isPresent()) {
      throw new Conflict("hook", "id", "one that is free", hook.id());
    }
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("weir-listener-" + hook.id()).factory());
    roster.put(
        Roster.Active.of(
            hook, false, stream -> new ProcessDestination(stream, taker, thread), new Attempts()));
    return () -> {
      roster.remove(hook.id());
      thread.shutdown();
    };
  }

  /**
   * @throws NotFound when there is no such hook
   */
  public Hook require(String id) {
    return roster.require(id).hook();
  }

  /** Hooks after a cursor, in order of id. */
  public List<Hook> list(String cursor, int limit) {
    return roster.list(cursor, limit);
  }

  /**
   * Deletes a hook with all that is known of it.
   *
   * @throws NotFound when there is no such hook
   * @throws Conflict when it is the server's own
   */
  public void delete(String id) {
    synchronized (this) {
      demandStated(roster.require(id));
      roster.remove(id);
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
    Roster.Active active = roster.require(id);
    int count = 0;
    for (Map.Entry<StreamId, Courier> each : roster.couriers(active).entrySet()) {
      Optional<Long> first =
          active.hook().on() == HookEvent.RECORD
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
    Roster.Active active = roster.require(id);
    List<DeadLetters.Letter> letters = dead.of(id);
    letters.forEach(letter -> dead.add(id, letter.toBeSentAgain()));
    roster.couriers(active).values().forEach(Courier::sendDead);
    return letters.size();
  }

  /** What was tried lately, what was given up, and how far the hook is. */
  public HookReport report(String id) {
    Roster.Active active = roster.require(id);
    var byStream = new ArrayList<HookReport.OfStream>();
    for (Courier each : roster.couriers(active).values()) {
      byStream.add(
          new HookReport.OfStream(each.streamName(), each.position().sequence(), each.retrying()));
    }
    return HookReport.of(active.attempts().list(), dead.of(id), byStream);
  }

  @Override
  public void close() {
    roster.close();
    checkpoints.close();
    ledger.close();
  }
}
