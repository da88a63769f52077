// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.push;

import dev.weir.bytes.FileSource;
import dev.weir.container.DemuxLimits;
import dev.weir.container.DemuxSink;
import dev.weir.container.Demuxer;
import dev.weir.container.Demuxers;
import dev.weir.container.mp4.MovieFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Reads an input from its beginning to its end, a little at a time, and tells a sink what is in it.
 * Confined to one thread.
 */
sealed interface InputReader extends AutoCloseable {

  /** A day of video has a moov of some ten megabytes; it is this machine's own file. */
  DemuxLimits LIMITS =
      new DemuxLimits(
          1 << 30,
          DemuxLimits.DEFAULT.maxSampleBytes(),
          DemuxLimits.DEFAULT.maxTracks(),
          DemuxLimits.DEFAULT.maxDepth());

  /**
   * Reads a little more.
   *
   * @return false when nothing is left
   * @throws dev.weir.model.WeirException when the input is no media that can be pushed
   */
  boolean advance() throws IOException;

  /** How much has been read, of {@link Input#length}. */
  long bytesRead();

  @Override
  void close() throws IOException;

  static InputReader open(Input input, DemuxSink sink) throws IOException {
    Optional<Progressive> progressive = progressive(input, sink);
    return progressive.isPresent() ? progressive.get() : new Streamed(input.open(), sink);
  }

  /** Whether the server takes the input as it is. */
  static boolean isPushable(Input input) {
    return regularFile(input).map(InputReader::isNotProgressive).orElse(true);
  }

  private static boolean isNotProgressive(FileSource file) {
    try (file) {
      return MovieFile.open(file, LIMITS).isEmpty();
    }
  }

  private static Optional<FileSource> regularFile(Input input) {
    return input instanceof Input.LocalFile(var path) && Files.isRegularFile(path)
        ? Optional.of(FileSource.open(path))
        : Optional.empty();
  }

  private static Optional<Progressive> progressive(Input input, DemuxSink sink) {
    Optional<FileSource> file = regularFile(input);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Optional<MovieFile> movie = Optional.empty();
    try {
      movie = MovieFile.open(file.get(), LIMITS);
      return movie.map(each -> new Progressive(file.get(), each, sink));
    } finally {
      if (movie.isEmpty()) {
        file.get().close();
      }
    }
  }

  /** Whatever can be demuxed as it streams. */
  final class Streamed implements InputReader {
    private static final int PIECE_BYTES = 64 << 10;

    private final InputStream in;
    private final Demuxer demuxer;
    private final byte[] piece = new byte[PIECE_BYTES];
    private long bytesRead;

    Streamed(InputStream in, DemuxSink sink) {
      this.in = in;
      this.demuxer = Demuxers.sniffing(sink, DemuxLimits.DEFAULT);
    }

    @Override
    public boolean advance() throws IOException {
      int count = in.read(piece);
      if (count < 0) {
        demuxer.end();
        return false;
      }
      bytesRead += count;
      demuxer.feed(ByteBuffer.wrap(piece, 0, count));
      return true;
    }

    @Override
    public long bytesRead() {
      return bytesRead;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** A plain MP4 file. */
  final class Progressive implements InputReader {
    private final FileSource file;
    private final MovieFile movie;
    private final DemuxSink sink;
    private boolean begun;

    Progressive(FileSource file, MovieFile movie, DemuxSink sink) {
      this.file = file;
      this.movie = movie;
      this.sink = sink;
    }

    @Override
    public boolean advance() {
      if (!begun) {
        begun = true;
        sink.tracks(movie.tracks());
      }
      return movie.advance(sink);
    }

    @Override
    public long bytesRead() {
      return movie.bytesRead();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
