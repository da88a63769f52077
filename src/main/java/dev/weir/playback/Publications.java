// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.archive.Subscription;
import dev.weir.archive.Timeline;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.Gap;
import dev.weir.model.SimpleTag;
import dev.weir.model.StreamId;
import dev.weir.model.StreamStatus;
import dev.weir.model.TimeRange;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Fragments in the order of their numbers, for whoever follows a stream. Thread-safe; blocks on the
 * archive.
 */
public final class Publications {

  private final Archive archive;
  private final ProducerTags producerTags;

  public Publications(Archive archive) {
    this.archive = archive;
    this.producerTags = new ProducerTags(archive);
  }

  /** What ends a subscription. */
  public interface Following extends AutoCloseable {
    @Override
    void close();
  }

  /** Published fragments after a number, at most {@code limit}. */
  public List<FragmentEntry> after(StreamId stream, FragmentNumber number, int limit) {
    try (Timeline timeline = archive.after(stream, number, limit)) {
      return timeline.fragments();
    }
  }

  public Optional<FragmentEntry> find(StreamId stream, FragmentNumber number) {
    try (Timeline timeline = archive.fragment(stream, number)) {
      return timeline.fragments().stream().findFirst();
    }
  }

  /** The fragment with the least number of those that meet a range of producer time. */
  public Optional<FragmentEntry> firstIn(StreamId stream, TimeRange range) {
    try (Timeline timeline = archive.find(stream, range, Clock.PRODUCER)) {
      return timeline.fragments().stream().min(Comparator.comparing(FragmentEntry::number));
    }
  }

  /** Why media is missing before a time, as far as it was declared. */
  public Optional<Gap> declaredGap(StreamId stream, TimeRange range) {
    try (Timeline timeline = archive.find(stream, range, Clock.PRODUCER)) {
      return timeline.gaps().stream()
          .filter(gap -> gap.fromNs() < range.toNs() && gap.toNs() >= range.fromNs())
          .findFirst();
    }
  }

  /** No fragment with a counter up to this will be published any more. */
  public long settledCounter(StreamId stream) {
    return archive.settledCounter(stream);
  }

  /** What its producer has said of a fragment in tags; nothing where its container is not kept. */
  public List<SimpleTag> tags(StreamId stream, FragmentEntry fragment) {
    return producerTags.of(stream, fragment);
  }

  public StreamStatus status(StreamId stream) {
    return archive.status(stream);
  }

  /** Tells of each publication on a writer thread; must not block. */
  public Following follow(StreamId stream, Runnable listener) {
    Subscription subscription = archive.subscribe(stream, fragment -> listener.run());
    return subscription::close;
  }
}
