// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import dev.weir.catalog.FileRow;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.Gap;
import dev.weir.model.LivePlace;
import dev.weir.store.FileIndex;
import java.util.stream.Stream;

/** Makes a catalog row of what a chunk file's index says. Stateless. */
final class Rows {

  private Rows() {}

  static FileRow of(FileIndex index) {
    long producerFrom = Long.MAX_VALUE;
    long producerTo = Long.MIN_VALUE;
    long serverFrom = Long.MAX_VALUE;
    long serverTo = Long.MIN_VALUE;
    long firstCounter = Long.MAX_VALUE;
    long lastCounter = -1;
    long liveTo = 0;
    long discontinuity = 0;
    for (FragmentEntry fragment :
        Stream.concat(index.fragments().stream(), index.forgotten().stream()).toList()) {
      producerFrom = Math.min(producerFrom, fragment.producerTimeNs());
      producerTo = Math.max(producerTo, fragment.producerEndNs());
      serverFrom = Math.min(serverFrom, fragment.serverTimeNs());
      serverTo = Math.max(serverTo, Clock.SERVER.endNs(fragment));
      firstCounter = Math.min(firstCounter, fragment.number().counter());
      lastCounter = Math.max(lastCounter, fragment.number().counter());
      if (fragment.live().isPresent()) {
        LivePlace place = fragment.live().get();
        liveTo = Math.max(liveTo, place.liveOrdinal() + fragment.segmentCount());
        discontinuity = Math.max(discontinuity, place.discontinuityOrdinal());
      }
    }
    for (Gap gap : index.gaps()) {
      producerFrom = Math.min(producerFrom, gap.fromNs());
      producerTo = Math.max(producerTo, gap.toNs());
      if (gap.live().isPresent()) {
        liveTo = Math.max(liveTo, gap.live().get().liveOrdinal() + 1);
      }
    }
    if (index.fragments().isEmpty() && index.forgotten().isEmpty()) {
      serverFrom = producerFrom;
      serverTo = producerTo;
    }
    return new FileRow(
        index.file(),
        index.fragments().size(),
        index.fileBytes(),
        producerFrom,
        producerTo,
        serverFrom,
        serverTo,
        firstCounter,
        lastCounter,
        liveTo,
        discontinuity);
  }
}
