// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.control.Stream;
import dev.weir.model.StreamId;
import dev.weir.playback.Publications;
import dev.weir.playback.frame.Frames;
import dev.weir.records.Records;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes couriers, and holds what they share. Thread-safe. */
final class Couriers implements AutoCloseable {

  private static final int POOL_THREADS = 4;
  private static final Duration DELIVERY_DEADLINE = Duration.ofSeconds(10);

  private final Publications publications;
  private final Records records;
  private final HookOptions options;
  private final SharedPictures pictures;
  private final Outgoing outgoing;
  private final Checkpoints checkpoints;
  private final DeadLetters dead;
  private final Feeds feeds;
  private final InstantSource clock;
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          POOL_THREADS, Thread.ofPlatform().daemon().name("weir-hooks-", 1).factory());

  /**
   * @param onPublished told on a writer thread that a stream has another fragment; must not block
   */
  Couriers(
      Checkpoints checkpoints,
      DeadLetters dead,
      Publications publications,
      Frames frames,
      Records records,
      HookOptions options,
      Consumer<StreamId> onPublished,
      InstantSource clock) {
    this.checkpoints = checkpoints;
    this.dead = dead;
    this.publications = publications;
    this.records = records;
    this.options = options;
    this.pictures = new SharedPictures(frames);
    this.outgoing = new Outgoing(options.rules(), InetAddress::getAllByName, DELIVERY_DEADLINE);
    this.feeds = new Feeds(publications, clock, onPublished);
    this.clock = clock;
  }

  Outgoing outgoing() {
    return outgoing;
  }

  /** Over the web. */
  Destination web(Hook hook, Stream stream) {
    return new WebDestination(hook, stream, outgoing, clock);
  }

  /** Goes on from its checkpoint; a new one begins with what comes from now on. */
  Courier of(Roster.Active active, Stream stream) {
    Hook hook = active.hook();
    String key = Courier.key(hook.id(), stream);
    // Followed before the position is set: what is published in between is told of.
    Feed feed = feeds.follow(stream.id());
    Position position = checkpoints.find(key);
    if (position == null) {
      // A stream that is younger than the hook is told of from its beginning.
      boolean younger = stream.created().isAfter(hook.created());
      position = Position.after(younger ? 0 : clock.millis() * 1000);
      checkpoints.put(key, position);
    }
    return new Courier(
        hook,
        stream,
        position,
        due(hook, stream, active.occasions().of(stream), feed),
        active.destinations().of(stream),
        active.attempts(),
        dead,
        checkpoints,
        pool,
        clock);
  }

  private Due due(Hook hook, Stream stream, Optional<Occasions> occasions, Feed feed) {
    var messages = new Messages(hook, stream);
    StreamId id = stream.id();
    return hook.on() == HookEvent.RECORD
        ? new RecordsDue(hook, id, messages, records, clock)
        : new FragmentsDue(
            hook,
            id,
            messages,
            publications,
            occasions.orElseGet(() -> new Tidings(hook, id, messages, publications, pictures)),
            feed,
            clock);
  }

  /** Whether there is a place for what a stream is configured to generate. */
  boolean canDeliver(StreamConfiguration configuration) {
    return configuration.kind() == StreamConfiguration.Kind.NOTIFICATION
        || !(options.images() instanceof ImageStore.None);
  }

  /** A hook that a stream is configured with. */
  Roster.Active configured(StreamConfiguration configuration) {
    Hook hook = configuration.hook();
    boolean images = configuration.kind() == StreamConfiguration.Kind.IMAGES;
    return Roster.Active.of(
        hook,
        false,
        stream -> images ? objects(configuration, stream) : web(hook, stream),
        stream ->
            Optional.of(
                images
                    ? new TaggedPictures(hook, stream.id(), publications, pictures)
                    : new TaggedFragments(
                        hook, stream.id(), options.arns().apply(stream), publications, clock)),
        new Attempts());
  }

  private Destination objects(StreamConfiguration configuration, Stream stream) {
    String account = options.arns().apply(stream).split(":", -1)[4];
    Function<Delivery, ObjectKey> keys =
        delivery -> ObjectKey.of(delivery, configuration, account, stream);
    return switch (options.images()) {
      case ImageStore.Folder folder ->
          new FolderDestination(folder.path().resolve(configuration.bucket()), keys);
      case ImageStore.Bucket store ->
          new BucketDestination(store, configuration.bucket(), keys, outgoing, clock);
      case ImageStore.None _ -> throw new IllegalStateException("no place for pictures");
    };
  }

  /** Other streams are gone. */
  void retain(Collection<StreamId> streams) {
    feeds.retain(streams);
  }

  @Override
  public void close() {
    feeds.close();
    outgoing.close();
    pool.shutdown();
    try {
      var _ = pool.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
