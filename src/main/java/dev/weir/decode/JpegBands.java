// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.bytes.ByteWriter;
import dev.weir.model.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * Joins the JPEGs of a picture's bands to that of the picture: each band's scan becomes a restart
 * interval (ITU-T T.81 § B.2.1), so that bands can be coded at once. Stateless.
 */
public final class JpegBands {

  /**
   * Rows of a band, a multiple of any MCU's: enough that a coder is worth its start, few enough
   * that the last band is soon done.
   */
  public static final int ROWS = 128;

  private static final int SOF0 = 0xffc0;
  private static final int EOI = 0xffd9;
  private static final int SOS = 0xffda;
  private static final int DRI = 0xffdd;
  private static final int RST0 = 0xffd0;
  private static final int RESTART_MARKERS = 8;

  private static final int MARKER_BYTES = 2;
  private static final int BLOCK_SIDE = 8;

  private JpegBands() {}

  /** Codes a band; called from any thread. */
  interface Coder {
    Bytes band(int top, int rows) throws IOException;
  }

  /** Has a picture's bands coded by two threads, the caller's among them. Blocking. */
  static Bytes code(int height, Coder coder) throws IOException {
    List<FutureTask<Bytes>> bands =
        IntStream.range(0, count(height))
            .map(band -> band * ROWS)
            .mapToObj(top -> new FutureTask<>(() -> coder.band(top, Math.min(ROWS, height - top))))
            .toList();
    Thread.ofPlatform().daemon().name("jpeg").start(() -> bands.forEach(FutureTask::run));
    bands.forEach(FutureTask::run);
    var coded = new ArrayList<Bytes>();
    for (FutureTask<Bytes> band : bands) {
      try {
        coded.add(band.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("while a picture was coded");
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    return join(coded, height);
  }

  /** How many bands a picture has. */
  public static int count(int height) {
    return Math.ceilDiv(height, ROWS);
  }

  /**
   * The picture's file.
   *
   * @param bands baseline JPEGs of one scan with the same tables, from the top; all but the last of
   *     {@value #ROWS} rows
   * @param height of the whole picture
   */
  public static Bytes join(List<Bytes> bands, int height) {
    if (bands.size() == 1) {
      return bands.getFirst();
    }
    ByteBuffer first = bands.getFirst().asBuffer();
    int frame = segment(first, SOF0);
    int scan = segment(first, SOS);
    int heightAt = frame + MARKER_BYTES + 3;
    var out = new ByteWriter(bands.stream().mapToInt(Bytes::size).sum());
    out.bytes(first.slice(0, heightAt)).u16(height);
    out.bytes(first.slice(heightAt + 2, scan - heightAt - 2));
    out.u16(DRI).u16(4).u16(mcus(first, frame));
    out.bytes(first.slice(scan, end(first, scan) - scan));
    for (int i = 0; i < bands.size(); i++) {
      if (i > 0) {
        out.u16(RST0 + (i - 1) % RESTART_MARKERS);
      }
      ByteBuffer band = bands.get(i).asBuffer();
      int coded = end(band, segment(band, SOS));
      out.bytes(band.slice(coded, band.limit() - MARKER_BYTES - coded));
    }
    return Bytes.copyOf(out.u16(EOI).asBuffer());
  }

  /** Where a marker segment begins; SOI, which has no length, stands before the first. */
  private static int segment(ByteBuffer file, int marker) {
    int at = MARKER_BYTES;
    while (Short.toUnsignedInt(file.getShort(at)) != marker) {
      at = end(file, at);
    }
    return at;
  }

  private static int end(ByteBuffer file, int segment) {
    return segment + MARKER_BYTES + Short.toUnsignedInt(file.getShort(segment + MARKER_BYTES));
  }

  /** MCUs of a full band: as many as the sampling factors of the frame header make of it. */
  private static int mcus(ByteBuffer file, int frame) {
    int width = Short.toUnsignedInt(file.getShort(frame + 7));
    int components = file.get(frame + 9);
    int across = 1;
    int down = 1;
    for (int i = 0; i < components; i++) {
      int factors = file.get(frame + 11 + 3 * i);
      across = Math.max(across, factors >> 4 & 15);
      down = Math.max(down, factors & 15);
    }
    return Math.ceilDiv(width, BLOCK_SIDE * across) * (ROWS / (BLOCK_SIDE * down));
  }
}
