// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.frame;

import dev.weir.decode.CodedSample;
import dev.weir.model.Codec;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What is to be decoded, pass by pass. Confined to one thread; blocks on the archive. */
interface Passes {

  /**
   * What is decoded in one pass. Immutable.
   *
   * @param timesNs producer times of the wanted pictures by presentation time
   */
  record Pass(Codec codec, List<CodedSample> samples, SortedMap<Long, Long> timesNs) {

    /** Reads it. */
    static Optional<Pass> read(VideoRun run, int sync, int last, SortedMap<Long, Long> timesNs) {
      return Optional.of(new Pass(run.track().codec(), run.coded(sync, last), timesNs));
    }

    boolean sync(long presentationTime) {
      return samples.stream()
          .anyMatch(each -> each.sync() && each.presentationTime() == presentationTime);
    }
  }

  /** The next pass; empty at the end. */
  Optional<Pass> next();
}
