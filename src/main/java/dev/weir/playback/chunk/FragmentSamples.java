// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.model.CorruptRecord;
import dev.weir.model.FragmentEntry;
import dev.weir.model.PartEntry;
import dev.weir.model.Sample;
import dev.weir.model.StoredPart;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * A fragment's samples, each track's in its order; holds a part a track. Confined to one thread,
 * blocks on the archive.
 */
final class FragmentSamples {

  private final Archive archive;
  private final FragmentEntry fragment;
  private final Map<Integer, Deque<PartEntry>> parts = new HashMap<>();
  private final Map<Integer, Deque<ByteBuffer>> samples = new HashMap<>();

  FragmentSamples(Archive archive, FragmentEntry fragment) {
    this.archive = archive;
    this.fragment = fragment;
    for (PartEntry part : fragment.parts()) {
      parts.computeIfAbsent(part.trackIndex(), track -> new ArrayDeque<>()).add(part);
    }
  }

  /** The next sample's bytes. */
  ByteBuffer next(int track) {
    Deque<ByteBuffer> ready = samples.computeIfAbsent(track, each -> new ArrayDeque<>());
    Deque<PartEntry> left = parts.getOrDefault(track, new ArrayDeque<>());
    while (ready.isEmpty()) {
      if (left.isEmpty()) {
        throw new CorruptRecord(
            "fragment " + fragment.number(), "track " + track, "another sample", "none");
      }
      StoredPart part = archive.readPart(fragment, left.remove());
      int at = part.payload().position();
      for (Sample sample : part.samples()) {
        ready.add(part.payload().slice(at, sample.size()));
        at += sample.size();
      }
    }
    return ready.remove();
  }
}
