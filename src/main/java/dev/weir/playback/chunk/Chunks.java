// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StreamId;
import dev.weir.playback.Pieces;
import java.time.InstantSource;
import java.util.List;

/** Fragments as Matroska documents, one after another. Thread-safe; opening does not block. */
public final class Chunks {

  static final String CONTENT_TYPE = "video/webm";

  private final Archive archive;
  private final InstantSource clock;

  public Chunks(Archive archive, InstantSource clock) {
    this.archive = archive;
    this.clock = clock;
  }

  /** Of a stream from somewhere on, as they come. The caller closes what it gets. */
  public Pieces from(StreamId stream, ChunkStart start, ChunkTags tags) {
    return new StreamedChunks(archive, stream, start, tags, clock);
  }

  /** Of a stream those with these numbers. The caller closes what it gets. */
  public Pieces of(StreamId stream, List<FragmentNumber> numbers, ChunkTags tags) {
    return new ListedChunks(archive, stream, numbers, tags);
  }
}
