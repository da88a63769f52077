// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.weir.decode.JfifRows;
import dev.weir.decode.JpegBands;
import dev.weir.decode.PictureOutput;
import dev.weir.model.Bytes;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * A JPEG made of a 4:2:0 frame of 8 bits in bands: by a thread of its own as rows become ready, and
 * by whoever finishes it. Rows may be said to be ready from another thread; finish and close are
 * confined to one. Owns a reference to the frame until closed.
 */
final class BandedJpeg implements AutoCloseable {

  private final AVFrame source;
  private final FrameColour colour;
  private final PictureOutput.Size size;
  private final int quality;
  private final List<FutureTask<Bytes>> bands;
  private final Thread second;
  private int readyRows;
  private boolean closed;

  /**
   * Begins.
   *
   * @param frame of which another reference is taken
   * @param size of what is shown of it, from its top left
   */
  BandedJpeg(AVFrame frame, FrameColour colour, PictureOutput.Size size, int quality) {
    this.source = Av.some(av_frame_clone(frame), "frame");
    this.colour = colour;
    this.size = size;
    this.quality = quality;
    this.bands =
        IntStream.range(0, JpegBands.count(size.height()))
            .mapToObj(band -> new FutureTask<>(() -> encode(band * JpegBands.ROWS)))
            .toList();
    this.second = Thread.ofPlatform().daemon().name("jpeg").start(this::runBands);
  }

  /** Whether it is made of the very samples of this frame. */
  boolean isOf(AVFrame frame) {
    return frame.data(0).address() == source.data(0).address();
  }

  /** Whether what was taken for granted when it began is so: size, colours, no part concealed. */
  boolean isStill(AVFrame frame) {
    return isOf(frame)
        && frame.decode_error_flags() == 0
        && frame.format() == source.format()
        && new PictureOutput.Size(frame.width(), frame.height()).equals(size)
        && FrameColour.of(frame).equals(colour);
  }

  /** Rows above it are as they will be shown. */
  synchronized void ready(int rows) {
    readyRows = Math.max(readyRows, rows);
    notifyAll();
  }

  /** The file, when all rows are ready. */
  Bytes finish() {
    ready(size.height());
    bands.forEach(FutureTask::run);
    return JpegBands.join(bands.stream().map(BandedJpeg::result).toList(), size.height());
  }

  private static Bytes result(FutureTask<Bytes> band) {
    try {
      return band.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void runBands() {
    for (int i = 0; i < bands.size() && awaitRows((i + 1) * JpegBands.ROWS); i++) {
      bands.get(i).run();
    }
  }

  /** False when nobody wants the picture any more. */
  private synchronized boolean awaitRows(int rows) {
    try {
      while (!closed && readyRows < Math.min(rows, size.height())) {
        wait();
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private Bytes encode(int top) {
    int rows = Math.min(JpegBands.ROWS, size.height() - top);
    AVFrame band =
        FrameImage.allocate(new PictureOutput.Size(size.width(), rows), AV_PIX_FMT_YUVJ420P);
    try {
      toJfif(source, colour, top, band);
      return FrameEncoder.jpeg(band, quality, true);
    } finally {
      av_frame_free(band);
    }
  }

  /** Converts as many rows as the other frame has. */
  static void toJfif(AVFrame from, FrameColour colour, int top, AVFrame to) {
    int width = to.width();
    int chromaWidth = (width + 1) / 2;
    var rows =
        new JfifRows(colour.matrix().red(), colour.matrix().blue(), colour.fullRange(), width);
    var cb = new byte[chromaWidth];
    var cr = new byte[chromaWidth];
    var luma = new byte[width];
    to.color_range(AVCOL_RANGE_JPEG);
    for (int y = 0; y < to.height(); y++) {
      if (y % 2 == 0) {
        FrameRow.of(from, 1, (top + y) / 2, chromaWidth).get(cb);
        FrameRow.of(from, 2, (top + y) / 2, chromaWidth).get(cr);
        rows.chroma(cb, cr);
        FrameRow.of(to, 1, y / 2, chromaWidth).put(cb);
        FrameRow.of(to, 2, y / 2, chromaWidth).put(cr);
      }
      FrameRow.of(from, 0, top + y, width).get(luma);
      rows.luma(luma);
      FrameRow.of(to, 0, y, width).put(luma);
    }
  }

  /** Gives the frame back, once no thread looks at it. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (true) {
      try {
        second.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    av_frame_free(source);
  }
}
