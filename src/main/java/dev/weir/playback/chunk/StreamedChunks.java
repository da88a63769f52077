// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.chunk;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.model.Clock;
import dev.weir.model.FragmentEntry;
import dev.weir.model.MediaTime;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import dev.weir.playback.Arrivals;
import dev.weir.playback.Pieces;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A stream's fragments as documents, one after another as they come, in order of number. Ends when
 * nobody pushes and nothing has come for three seconds, or the stream is gone. Threads as in {@link
 * Pieces}.
 */
final class StreamedChunks implements Pieces {

  private static final long SILENCE_MILLIS = 3000;

  private final Archive archive;
  private final StreamId stream;
  private final ChunkCursor cursor;
  private final ChunkTags tags;
  private final ChunkDocument documents;
  private final InstantSource clock;
  private final Arrivals arrivals;
  private long lastPieceMillis;
  private volatile boolean ended;

  StreamedChunks(
      Archive archive, StreamId stream, ChunkStart start, ChunkTags tags, InstantSource clock) {
    this.archive = archive;
    this.stream = stream;
    this.cursor = new ChunkCursor(archive, stream, start);
    this.tags = tags;
    this.documents = new ChunkDocument(archive);
    this.clock = clock;
    this.lastPieceMillis = clock.millis();
    this.arrivals = new Arrivals(archive, stream);
  }

  @Override
  public String contentType() {
    return Chunks.CONTENT_TYPE;
  }

  @Override
  public Optional<ByteSource> poll() {
    // Noted before the look: what is published meanwhile is told at once by onMore.
    arrivals.look();
    Optional<Timeline> next = cursor.next();
    if (next.isEmpty()) {
      boolean silent = clock.millis() - lastPieceMillis >= SILENCE_MILLIS;
      ended = silent && archive.status(stream).openSessions() == 0;
      return Optional.empty();
    }
    lastPieceMillis = clock.millis();
    Timeline timeline = next.get();
    try {
      FragmentEntry fragment = timeline.fragments().getFirst();
      ByteSource document =
          documents.of(
              fragment,
              timeline.run(fragment),
              tags.before(fragment),
              tags.after(fragment, behindMs(fragment)));
      return Optional.of(new Concatenation(List.of(document), timeline::close));
    } catch (RuntimeException e) {
      timeline.close();
      throw e;
    }
  }

  /** Nothing when it is the newest. */
  private long behindMs(FragmentEntry fragment) {
    try (Timeline later = archive.after(stream, fragment.number(), 1)) {
      if (later.fragments().isEmpty()) {
        return 0;
      }
    }
    long behindNs = TimeRange.nanos(clock.instant()) - Clock.SERVER.endNs(fragment);
    return Math.max(0, behindNs / MediaTime.NANOS_PER_MILLI);
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public long patienceMillis() {
    return SILENCE_MILLIS;
  }

  @Override
  public void onMore(Runnable action) {
    arrivals.await(action);
  }

  @Override
  public void close() {
    arrivals.close();
  }
}
