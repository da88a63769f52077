// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import dev.weir.kinesis.ErrorName;
import dev.weir.kinesis.Refusal;
import dev.weir.model.StreamId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Holds clients to {@link Rates}. Thread-safe. */
final class Throttle {

  /** From so many on those are let go of that have nothing to remember. */
  private static final int MANY = 1000;

  /** Who shares a rate, and of what. */
  private record Key(String who, String what) {}

  private final Rates rates;
  private final Map<Key, TokenBucket> buckets = new HashMap<>();

  Throttle(Rates rates) {
    this.rates = rates;
  }

  Rates rates() {
    return rates;
  }

  /**
   * A call of an operation, by anybody.
   *
   * @throws Refusal when there were too many
   */
  void call(String operation) {
    take("", operation, rates.of(operation).all(), 1);
  }

  /** The same, of a stream. */
  void call(String operation, StreamId stream) {
    take(stream.toString(), operation, rates.of(operation).stream(), 1);
  }

  /** What is said about so many fragments. */
  void metadata(StreamId stream, long points) {
    take(stream.toString(), "fragment metadata", rates.metadataPoints(), points);
  }

  /** So many fragments that are fetched. */
  void media(StreamId stream, long fragments) {
    take(stream.toString(), "fragment media", rates.mediaPoints(), fragments);
  }

  /** A playlist, manifest or init segment of a session. */
  void list(String session, String name) {
    take(session, name, rates.lists(), 1);
  }

  /** A segment of a session. */
  void segment(String session, String name) {
    take(session, name, rates.segments(), 1);
  }

  /** What holds the PutMedia calls of a stream back. */
  MediaPace pushing(StreamId stream) {
    Rates.Media pushed = rates.pushed();
    return new MediaPace(
        bucket(stream.toString(), "pushed bytes", pushed.bytes()),
        bucket(stream.toString(), "pushed fragments", pushed.fragments()));
  }

  /** What holds one reader back. */
  MediaPace reading() {
    return new MediaPace(
        fresh(rates.read().bytes(), System.nanoTime()),
        fresh(rates.read().fragments(), System.nanoTime()));
  }

  private void take(String who, String what, long rate, long amount) {
    if (bucket(who, what, rate)
        .filter(bucket -> !bucket.tryTake(amount, System.nanoTime()))
        .isPresent()) {
      throw new Refusal(
          ErrorName.CLIENT_LIMIT_EXCEEDED,
          "Rate exceeded: " + what + ", more than " + rate + " in a second.");
    }
  }

  private synchronized Optional<TokenBucket> bucket(String who, String what, long rate) {
    if (!Rates.limited(rate)) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    if (buckets.size() >= MANY) {
      buckets.values().removeIf(bucket -> bucket.full(now));
    }
    return Optional.of(
        buckets.computeIfAbsent(new Key(who, what), key -> new TokenBucket(rate, now)));
  }

  private static Optional<TokenBucket> fresh(long rate, long now) {
    return Rates.limited(rate) ? Optional.of(new TokenBucket(rate, now)) : Optional.empty();
  }
}
