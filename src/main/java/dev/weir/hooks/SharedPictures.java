// SPDX-License-Identifier: Apache-2.0
package dev.weir.hooks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.frame.Frame;
import dev.weir.playback.frame.FrameForm;
import dev.weir.playback.frame.FrameSeries;
import dev.weir.playback.frame.Frames;
import java.time.Duration;
import java.util.Optional;

/**
 * The pictures of fragments that hooks are due, decoded once for all hooks that want the same and
 * are near each other. Thread-safe; blocks on the archive and on a decoder.
 */
final class SharedPictures {

  private static final int MOST_FRAGMENTS = 64;

  private final Frames frames;
  private final Cache<Key, KeptPictures> cache =
      Caffeine.newBuilder()
          .maximumSize(MOST_FRAGMENTS)
          .expireAfterAccess(Duration.ofSeconds(30))
          .build();

  SharedPictures(Frames frames) {
    this.frames = frames;
  }

  /**
   * Which pictures of a fragment.
   *
   * @param sampled from its begin on, else at whole multiples of a duration
   */
  private record Key(
      StreamId stream, long counter, boolean sampled, Duration every, FrameForm form) {}

  /** The picture with an index among those that are due in a fragment; empty after the last. */
  Optional<Frame> picture(StreamId stream, FragmentEntry fragment, Hook hook, int index) {
    return picture(false, stream, fragment, hook, index);
  }

  /** Likewise, of those from the fragment's begin on. */
  Optional<Frame> sampled(StreamId stream, FragmentEntry fragment, Hook hook, int index) {
    return picture(true, stream, fragment, hook, index);
  }

  private Optional<Frame> picture(
      boolean sampled, StreamId stream, FragmentEntry fragment, Hook hook, int index) {
    var key = new Key(stream, fragment.number().counter(), sampled, hook.every(), hook.form());
    KeptPictures pictures =
        cache.get(
            key,
            each ->
                new KeptPictures(() ->
                    (sampled ? samples(stream, fragment, hook) : series(stream, fragment, hook))
                        ::next));
    return pictures.get(index);
  }

  private FrameSeries samples(StreamId stream, FragmentEntry fragment, Hook hook) {
    var range = new TimeRange(fragment.producerTimeNs(), fragment.producerEndNs());
    return frames.series(stream, range, Clock.PRODUCER, hook.every().toNanos(), false, hook.form());
  }

  private FrameSeries series(StreamId stream, FragmentEntry fragment, Hook hook) {
    return hook.keyFrames()
        ? frames.keyFramesOf(stream, fragment.number(), hook.form())
        : frames.dueIn(stream, fragment, hook.every().toNanos(), hook.form());
  }
}
