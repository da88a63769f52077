// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.live;

import dev.weir.archive.Archive;
import dev.weir.archive.Timeline;
import dev.weir.bytes.ByteSource;
import dev.weir.bytes.Concatenation;
import dev.weir.model.FragmentEntry;
import dev.weir.model.RunHeader;
import dev.weir.model.StreamId;
import dev.weir.model.Track;
import dev.weir.playback.Arrivals;
import dev.weir.playback.Pieces;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Media without an end, a fragment a piece, pulled by its reader: between two pieces it holds
 * nothing of the media, however slow the reader is. Consecutive runs with the same tracks go on in
 * producer time; with other tracks it ends, and the reader asks anew. Polling blocks on the archive
 * and is confined to one thread at a time; everything else is thread-safe. A piece is closed before
 * the next is polled.
 */
public final class EndlessMedia implements Pieces {

  private final LiveCursor cursor;
  private final LiveFormat format;
  private final Archive archive;
  private final Consumer<EndlessMedia> onClose;
  private final Arrivals arrivals;
  private volatile boolean ended;
  private @Nullable LiveWriter writer;
  private List<Track> tracks = List.of();

  /**
   * @param onClose runs when this is closed
   */
  EndlessMedia(
      Archive archive,
      LiveCursor cursor,
      StreamId stream,
      LiveFormat format,
      Consumer<EndlessMedia> onClose) {
    this.archive = archive;
    this.cursor = cursor;
    this.format = format;
    this.onClose = onClose;
    this.arrivals = new Arrivals(archive, stream);
  }

  @Override
  public String contentType() {
    return format.contentType();
  }

  @Override
  public Optional<ByteSource> poll() {
    // Noted before the look: what is published meanwhile is told at once by onMore.
    arrivals.look();
    if (ended) {
      return Optional.empty();
    }
    Optional<Timeline> next = cursor.next();
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Timeline timeline = next.get();
    boolean handedOver = false;
    try {
      FragmentEntry fragment = timeline.fragments().getFirst();
      RunHeader run = timeline.run(fragment);
      if (writer != null && !run.tracks().equals(tracks)) {
        ended = true;
        return Optional.empty();
      }
      var piece = new Concatenation(pieces(fragment, run), timeline::close);
      handedOver = true;
      return Optional.of(piece);
    } finally {
      if (!handedOver) {
        timeline.close();
      }
    }
  }

  private List<ByteSource> pieces(FragmentEntry fragment, RunHeader run) {
    LiveWriter known = writer;
    if (known != null) {
      return known.fragment(fragment, run);
    }
    tracks = run.tracks();
    LiveWriter first =
        switch (format) {
          case MKV -> new LiveMatroska(archive, fragment, run);
          case MP4 -> new LiveMp4(archive, fragment, run);
        };
    writer = first;
    return LiveWriter.withHead(first, fragment, run);
  }

  /** The stream is gone: no further piece will come. */
  void end() {
    ended = true;
    arrivals.arrived();
  }

  /** True when the tracks have changed, or the stream is gone. */
  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void onMore(Runnable action) {
    arrivals.await(action);
  }

  /** Ends the subscription; a piece that is still being read stays readable until it is closed. */
  @Override
  public void close() {
    arrivals.close();
    onClose.accept(this);
  }
}
