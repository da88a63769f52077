// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StreamId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The key frames of one fragment. Confined to one thread. */
final class KeyFramesOf implements Passes {

  private final Deque<Pass> passes = new ArrayDeque<>();

  /** Reads them. */
  KeyFramesOf(Archive archive, StreamId stream, FragmentNumber number) {
    try (Timeline timeline = archive.fragment(stream, number)) {
      timeline.fragments().stream()
          .filter(each -> PictureFinder.hasVideo(timeline, each))
          .forEach(fragment -> {
            var video = new VideoRun(archive, timeline.run(fragment), List.of(fragment));
            for (int i = 0; i < video.size(); i++) {
              if (video.sample(i).sync()) {
                passes.add(
                    new Pass(
                        video.track().codec(),
                        video.coded(i, i),
                        new TreeMap<>(
                            Map.of(video.sample(i).presentationTime(), video.timeNs(i)))));
              }
            }
          });
    }
  }

  @Override
  public Optional<Pass> next() {
    return Optional.ofNullable(passes.poll());
  }
}
