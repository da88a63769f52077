// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode.ffmpeg;

import dev.weir.decode.ffmpeg.FrameColour.Matrix;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * The way from a frame's samples to those that JFIF fixes: BT.601, full range. A sample of luma
 * takes the chroma of its place, so that nothing is ever made into RGB. Immutable.
 */
final class JfifSamples {

  /** Bits behind the point of the factors. */
  private static final int BITS = 14;

  private static final int ONE = 1 << BITS;
  private static final int HALF = ONE / 2;

  private final int lumaOffset;
  private final int lumaOfLuma;
  private final int lumaOfCb;
  private final int lumaOfCr;
  private final int cbOfCb;
  private final int cbOfCr;
  private final int crOfCb;
  private final int crOfCr;

  private JfifSamples(FrameColour colour) {
    double red = colour.matrix().red();
    double blue = colour.matrix().blue();
    double toRed = Matrix.BT601.red();
    double toBlue = Matrix.BT601.blue();
    double toGreen = (1 - toRed - toBlue) / (1 - red - blue);
    // What the colours have beyond luma, of Cb and of Cr, weighed anew.
    double ofCb = 2 * (1 - blue) * (toBlue - toGreen * blue);
    double ofCr = 2 * (1 - red) * (toRed - toGreen * red);
    double chromaSpan = colour.fullRange() ? 1 : 255.0 / 224;
    lumaOffset = colour.fullRange() ? 0 : 16;
    lumaOfLuma = fixed(colour.fullRange() ? 1 : 255.0 / 219);
    lumaOfCb = fixed(chromaSpan * ofCb);
    lumaOfCr = fixed(chromaSpan * ofCr);
    cbOfCb = fixed(chromaSpan * (2 * (1 - blue) - ofCb) / (2 * (1 - toBlue)));
    cbOfCr = fixed(chromaSpan * -ofCr / (2 * (1 - toBlue)));
    crOfCb = fixed(chromaSpan * -ofCb / (2 * (1 - toRed)));
    crOfCr = fixed(chromaSpan * (2 * (1 - red) - ofCr) / (2 * (1 - toRed)));
  }

  private static int fixed(double factor) {
    return Math.toIntExact(Math.round(factor * ONE));
  }

  static JfifSamples of(FrameColour colour) {
    return new JfifSamples(colour);
  }

  /** Converts 4:2:0 of 8 bits, into a frame of the same size, which may be the same one. */
  void convert(AVFrame from, AVFrame to) {
    int width = from.width();
    int height = from.height();
    int chromaWidth = (width + 1) / 2;
    var cb = new byte[chromaWidth];
    var cr = new byte[chromaWidth];
    var blueness = new int[chromaWidth];
    var redness = new int[chromaWidth];
    var wide = new int[width];
    var luma = new byte[width];
    var ofChroma = new int[2 * chromaWidth];
    for (int y = 0; y < height; y += 2) {
      FrameRow.of(from, 1, y / 2, chromaWidth).get(cb);
      FrameRow.of(from, 2, y / 2, chromaWidth).get(cr);
      widen(cb, blueness);
      widen(cr, redness);
      ofChroma(blueness, redness, ofChroma);
      chroma(blueness, redness);
      narrow(blueness, cb);
      narrow(redness, cr);
      FrameRow.of(to, 1, y / 2, chromaWidth).put(cb);
      FrameRow.of(to, 2, y / 2, chromaWidth).put(cr);
      for (int line = y; line < Math.min(height, y + 2); line++) {
        FrameRow.of(from, 0, line, width).get(luma);
        widen(luma, wide);
        luma(wide, ofChroma);
        narrow(wide, luma);
        FrameRow.of(to, 0, line, width).put(luma);
      }
    }
  }

  // A loop for each step: only then does the compiler use vector instructions, which take a third
  // of the time.

  private static void widen(byte[] samples, int[] wide) {
    for (int x = 0; x < samples.length; x++) {
      wide[x] = samples[x] & 0xff;
    }
  }

  private static void narrow(int[] wide, byte[] samples) {
    for (int x = 0; x < samples.length; x++) {
      samples[x] = (byte) wide[x];
    }
  }

  /** What luma takes of chroma, column by column. */
  private void ofChroma(int[] cb, int[] cr, int[] ofChroma) {
    for (int x = 0; x < cb.length; x++) {
      int luma =
          (cb[x] - 128) * lumaOfCb + (cr[x] - 128) * lumaOfCr - lumaOffset * lumaOfLuma + HALF;
      ofChroma[2 * x] = luma;
      ofChroma[2 * x + 1] = luma;
    }
  }

  private void chroma(int[] cb, int[] cr) {
    for (int x = 0; x < cb.length; x++) {
      int blueness = cb[x] - 128;
      int redness = cr[x] - 128;
      cb[x] = clipped(blueness * cbOfCb + redness * cbOfCr + 128 * ONE + HALF);
      cr[x] = clipped(blueness * crOfCb + redness * crOfCr + 128 * ONE + HALF);
    }
  }

  private void luma(int[] luma, int[] ofChroma) {
    for (int x = 0; x < luma.length; x++) {
      luma[x] = clipped(luma[x] * lumaOfLuma + ofChroma[x]);
    }
  }

  private static int clipped(int fixed) {
    return Math.max(0, Math.min(255, fixed >> BITS));
  }
}
