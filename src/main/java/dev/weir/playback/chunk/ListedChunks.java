// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.model.FragmentEntry;
import dev.weir.model.FragmentNumber;
import dev.weir.model.StreamId;
import dev.weir.playback.Pieces;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Some fragments as documents, in the order in which they were asked for; at one that is not there
 * it says so and ends. Threads as in {@link Pieces}.
 */
final class ListedChunks implements Pieces {

  private final Archive archive;
  private final StreamId stream;
  private final Deque<FragmentNumber> left;
  private final ChunkTags tags;
  private final ChunkDocument documents;
  private volatile boolean ended;

  ListedChunks(Archive archive, StreamId stream, List<FragmentNumber> numbers, ChunkTags tags) {
    this.archive = archive;
    this.stream = stream;
    this.left = new ArrayDeque<>(numbers);
    this.tags = tags;
    this.documents = new ChunkDocument(archive);
  }

  @Override
  public String contentType() {
    return Chunks.CONTENT_TYPE;
  }

  @Override
  public Optional<ByteSource> poll() {
    if (left.isEmpty()) {
      ended = true;
      return Optional.empty();
    }
    FragmentNumber number = left.remove();
    Timeline timeline = archive.fragment(stream, number);
    if (timeline.fragments().isEmpty()) {
      timeline.close();
      left.clear();
      return Optional.of(ChunkDocument.ofTags(tags.missing(number)));
    }
    try {
      FragmentEntry fragment = timeline.fragments().getFirst();
      ByteSource document =
          documents.of(fragment, timeline.run(fragment), tags.before(fragment), List.of());
      return Optional.of(new Concatenation(List.of(document), timeline::close));
    } catch (RuntimeException e) {
      timeline.close();
      throw e;
    }
  }

  @Override
  public boolean ended() {
    return ended;
  }

  /** There is a piece or an end whenever it is asked. */
  @Override
  public void onMore(Runnable action) {
    action.run();
  }

  @Override
  public void close() {}
}
