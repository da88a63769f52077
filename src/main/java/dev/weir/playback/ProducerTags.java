// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.container.mkv.MatroskaOrigin;
import dev.weir.model.Bytes;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.SimpleTag;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a producer has said of a fragment in Tags elements, where its container is kept. Amazon's
 * producers write them before the Cluster that they mean, or at its end with a mark that it is; who
 * writes no mark leaves them behind the Cluster before. Thread-safe; blocks on the archive.
 */
final class ProducerTags {

  private static final String END_OF_FRAGMENT = "AWS_KINESISVIDEO_END_OF_FRAGMENT";

  /** The fragment before ends where one begins, as far as clocks go. */
  private static final long JOINED_WITHIN_NS = MediaTime.NANOS_PER_SECOND;

  private final Archive archive;

  ProducerTags(Archive archive) {
    this.archive = archive;
  }

  List<SimpleTag> of(StreamId stream, FragmentEntry fragment) {
    Optional<MatroskaOrigin> own = origin(stream, fragment);
    if (own.isEmpty()) {
      return List.of();
    }
    Optional<FragmentEntry> before = before(stream, fragment);
    var tags = new ArrayList<SimpleTag>();
    if (before.isEmpty()) {
      own.get().headerTags().forEach(tags::addAll);
    }
    before
        .flatMap(each -> origin(stream, each))
        .ifPresent(each ->
            each.tagsAfter().stream().filter(element -> !ends(element)).forEach(tags::addAll));
    own.get().tagsBefore().stream().filter(element -> !ends(element)).forEach(tags::addAll);
    own.get().tagsAfter().stream().filter(ProducerTags::ends).forEach(tags::addAll);
    return List.copyOf(tags);
  }

  private static boolean ends(List<SimpleTag> element) {
    return element.stream().anyMatch(tag -> tag.name().equals(END_OF_FRAGMENT));
  }

  private Optional<MatroskaOrigin> origin(StreamId stream, FragmentEntry fragment) {
    try (Timeline held = archive.fragment(stream, fragment.number())) {
      if (held.fragments().isEmpty()) {
        return Optional.empty();
      }
      Bytes kept = archive.readOrigin(held.fragments().getFirst());
      return kept.size() == 0 ? Optional.empty() : Optional.of(MatroskaOrigin.read(kept));
    }
  }

  /** The one before it in its run. */
  private Optional<FragmentEntry> before(StreamId stream, FragmentEntry fragment) {
    var range =
        new TimeRange(fragment.producerTimeNs() - JOINED_WITHIN_NS, fragment.producerTimeNs() + 1);
    try (Timeline near = archive.findAll(stream, range, Clock.PRODUCER)) {
      return near.fragments().stream()
          .filter(each ->
              each.run().equals(fragment.run()) && each.number().compareTo(fragment.number()) < 0)
          .max(Comparator.comparing(FragmentEntry::number));
    }
  }
}
