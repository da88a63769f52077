// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one hook what it is due of one stream, one delivery after another. Its own virtual thread
 * only waits and sends; everything that touches disk, catalog or decoder runs on the hooks' pool.
 * {@link #wake}, {@link #replay} and {@link #end} are thread-safe.
 */
final class Courier {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** How often a courier of events that time brings about looks by itself. */
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

  private static final Duration LOOKS_SELDOM = Duration.ofSeconds(60);

  /** A receiver that says no is asked so often. */
  private static final int MOST_REFUSALS = 3;

  private final Hook hook;
  private final Stream stream;
  private final Due due;
  private final Destination destination;
  private final Attempts attempts;
  private final DeadLetters dead;
  private final Checkpoints checkpoints;
  private final ExecutorService pool;
  private final InstantSource clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean woken = true;
  private boolean deadAsked = true;
  private boolean ended;
  private volatile boolean retrying;
  private Position position;

  /** Of what was sent at least once, arrived or not: it is of nothing else. */
  private long sentUpTo;

  private long generation;

  Courier(
      Hook hook,
      Stream stream,
      Position position,
      Due due,
      Destination destination,
      Attempts attempts,
      DeadLetters dead,
      Checkpoints checkpoints,
      ExecutorService pool,
      InstantSource clock) {
    this.hook = hook;
    this.stream = stream;
    this.position = position;
    this.due = due;
    this.destination = destination;
    this.attempts = attempts;
    this.dead = dead;
    this.checkpoints = checkpoints;
    this.pool = pool;
    this.clock = clock;
  }

  static String key(String hook, Stream stream) {
    return hook + "/" + stream.id();
  }

  void start() {
    Thread.ofVirtual().name("weir-hook-" + key(hook.id(), stream)).start(this::run);
  }

  /** There may be something to do. */
  void wake() {
    locked(() -> woken = true);
  }

  /** There are dead letters to be sent once more. */
  void sendDead() {
    locked(() -> {
      deadAsked = true;
      woken = true;
    });
  }

  /** Sends no more; what is under way may still arrive. */
  void end() {
    locked(() -> ended = true);
  }

  /** Goes back; what is under way may still arrive, and keeps its number. */
  void replay(long beforeCounter, long fromNs) {
    locked(() -> {
      long sequence = Math.max(position.sequence(), sentUpTo);
      position = position.replay(sequence, beforeCounter, fromNs, clock.millis() * 1000);
      generation++;
      woken = true;
      checkpoints.put(key(hook.id(), stream), position);
    });
  }

  Position position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  String streamName() {
    return stream.name().value();
  }

  boolean retrying() {
    return retrying;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (!isEnded()) {
        sendDeadAgain();
        while (step()) {
          if (isEnded()) {
            return;
          }
        }
        awaitWake(hook.on().byTime() ? LOOKS_EVERY : LOOKS_SELDOM);
      }
    } catch (InterruptedException | RejectedExecutionException e) {
      LOG.debug("hook {} stops: {}", hook.id(), e.toString());
    }
  }

  /** Waits until there may be something to do. */
  private void awaitWake(Duration longest) throws InterruptedException {
    await(longest, () -> woken);
    locked(() -> woken = false);
  }

  /** Waits; the end of the courier ends it too. */
  private void await(Duration longest, BooleanSupplier over) throws InterruptedException {
    lock.lock();
    try {
      long nanos = longest.toNanos();
      while (nanos > 0 && !ended && !over.getAsBoolean()) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T onPool(Callable<T> task) throws InterruptedException, ExecutionException {
    return pool.submit(task).get();
  }

  /** Makes one step; false while there is nothing to do. */
  private boolean step() throws InterruptedException {
    Position from;
    long begun;
    lock.lock();
    try {
      from = position;
      begun = generation;
    } finally {
      lock.unlock();
    }
    Optional<Due.Step> found;
    try {
      found = onPool(() -> due.next(from));
    } catch (ExecutionException e) {
      return unreadable(Objects.requireNonNullElse(e.getCause(), e), begun);
    }
    if (found.isEmpty()) {
      return false;
    }
    Due.Step step = found.get();
    if (step.delivery().isPresent()
        && !(begins(step.delivery().get(), begun) && told(step.delivery().get(), from, begun))) {
      return true;
    }
    if (step.givenUp().isPresent()) {
      Due.GivenUp late = step.givenUp().get();
      keepDead(
          letter(from, from.sequence(), late.of(), Messages.time(late.timeNs()), late.reason(), 0));
    }
    lock.lock();
    try {
      if (generation == begun && !ended) {
        position = step.after();
        checkpoints.put(key(hook.id(), stream), position);
      }
    } finally {
      lock.unlock();
    }
    return true;
  }

  /** The archive or a decoder is in trouble: waits, and looks again. */
  private boolean unreadable(Throwable cause, long begun) throws InterruptedException {
    if (cause instanceof WeirException) {
      LOG.warn("hook {} of stream {}: {}", hook.id(), stream.name(), cause.getMessage());
    } else {
      LOG.error("hook {} of stream {}", hook.id(), stream.name(), cause);
    }
    attempts.add(
        new Attempts.Attempt(
            clock.instant().toString(),
            stream.name().value(),
            0,
            hook.on().toString(),
            0,
            String.valueOf(cause.getMessage())));
    await(LOOKS_EVERY, () -> generation != begun);
    return true;
  }

  /** Takes the number of a delivery; false when a replay or the end came before. */
  private boolean begins(Delivery delivery, long begun) {
    lock.lock();
    try {
      if (generation != begun || ended) {
        return false;
      }
      sentUpTo = delivery.sequence();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends until it has arrived or is given up, for a replay too; false when the end came before.
   */
  private boolean told(Delivery delivery, Position from, long begun) throws InterruptedException {
    long firstMillis = clock.millis();
    int refusals = 0;
    try {
      for (int attempt = 1; ; attempt++) {
        Destination.Outcome outcome = send(delivery, attempt);
        if (outcome.arrived()) {
          return true;
        }
        refusals += outcome.refused() ? 1 : 0;
        boolean late = clock.millis() - firstMillis >= hook.giveUp().toMillis();
        if (!late && refusals < MOST_REFUSALS) {
          retrying = true;
          await(Attempts.waitAfter(attempt), () -> generation != begun);
        }
        if (isEnded()) {
          return false;
        }
        boolean replayed = replayed(begun);
        if (late || refusals >= MOST_REFUSALS || replayed) {
          keepDead(
              letter(
                  from,
                  delivery.sequence(),
                  delivery.of(),
                  Messages.time(delivery.timeNs()),
                  replayed ? outcome.what() + ", then a replay was asked for" : outcome.what(),
                  attempt));
          return true;
        }
      }
    } finally {
      retrying = false;
    }
  }

  private boolean replayed(long begun) {
    lock.lock();
    try {
      return generation != begun;
    } finally {
      lock.unlock();
    }
  }

  private Destination.Outcome send(Delivery delivery, int attempt) {
    Destination.Outcome outcome = destination.send(delivery);
    attempts.add(
        new Attempts.Attempt(
            clock.instant().toString(),
            stream.name().value(),
            delivery.sequence(),
            delivery.event().toString(),
            attempt,
            outcome.what()));
    return outcome;
  }

  private DeadLetters.Letter letter(
      Position from, long sequence, String of, String time, String reason, int attempt) {
    return new DeadLetters.Letter(
        stream.name().value(),
        sequence,
        hook.on().toString(),
        of,
        time,
        reason,
        attempt,
        from.write(),
        false);
  }

  private void keepDead(DeadLetters.Letter letter) throws InterruptedException {
    try {
      var _ =
          onPool(() -> {
            dead.add(hook.id(), letter);
            return true;
          });
    } catch (ExecutionException e) {
      LOG.error("a dead letter of hook {} is lost: {}", hook.id(), letter, e.getCause());
    }
  }

  /** Sends dead letters that were asked for again, each once; what arrives is dead no more. */
  private void sendDeadAgain() throws InterruptedException {
    lock.lock();
    try {
      if (!deadAsked) {
        return;
      }
      deadAsked = false;
    } finally {
      lock.unlock();
    }
    try {
      List<DeadLetters.Letter> letters =
          onPool(() ->
              dead.of(hook.id()).stream()
                  .filter(each -> each.again() && each.stream().equals(stream.name().value()))
                  .toList());
      for (DeadLetters.Letter letter : letters) {
        Optional<Delivery> delivery =
            onPool(() -> due.again(Position.read(letter.position()), letter.of()));
        boolean settled = delivery.isEmpty() || send(delivery.get(), 1).arrived();
        var _ =
            onPool(() -> {
              dead.remove(hook.id(), letter);
              if (!settled) {
                dead.add(hook.id(), letter.sentInVain());
              }
              return true;
            });
      }
    } catch (ExecutionException | WeirException e) {
      LOG.warn("dead letters of hook {} stay: {}", hook.id(), e.getMessage());
    }
  }
}
