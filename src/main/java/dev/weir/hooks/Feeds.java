// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import dev.weir.model.StreamId;
import dev.weir.playback.Publications;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The feeds of the streams that some hook follows. Thread-safe. */
final class Feeds implements AutoCloseable {

  private record Followed(Feed feed, Publications.Following following) {}

  private final Publications publications;
  private final InstantSource clock;
  private final Consumer<StreamId> onPublished;
  private final Map<StreamId, Followed> followed = new HashMap<>();

  /**
   * @param onPublished told on a writer thread; must not block
   */
  Feeds(Publications publications, InstantSource clock, Consumer<StreamId> onPublished) {
    this.publications = publications;
    this.clock = clock;
    this.onPublished = onPublished;
  }

  synchronized Feed follow(StreamId stream) {
    return followed.computeIfAbsent(stream, this::followed).feed;
  }

  private Followed followed(StreamId stream) {
    var feed = new Feed(publications, stream, clock);
    return new Followed(
        feed,
        publications.follow(
            stream,
            () -> {
              feed.published();
              onPublished.accept(stream);
            }));
  }

  /** Follows no others any more. */
  synchronized void retain(Collection<StreamId> streams) {
    followed
        .entrySet()
        .removeIf(each -> {
          boolean gone = !streams.contains(each.getKey());
          if (gone) {
            each.getValue().following.close();
          }
          return gone;
        });
  }

  @Override
  public synchronized void close() {
    followed.values().forEach(each -> each.following.close());
    followed.clear();
  }
}
