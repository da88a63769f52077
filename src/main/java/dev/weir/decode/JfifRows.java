// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

/**
 * The way from a 4:2:0 picture's samples of 8 bits to those that JFIF fixes: BT.601, full range, a
 * row at a time. A sample of luma takes the chroma of its place, so that nothing is ever made into
 * RGB. Confined to one thread.
 */
public final class JfifRows {

  private static final double TO_RED = 0.299;
  private static final double TO_BLUE = 0.114;

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

  private final int[] blueness;
  private final int[] redness;
  private final int[] wide;
  private final int[] ofChroma;

  /**
   * Rows of a picture.
   *
   * @param red weight of red in luma (ITU-T H.273 table 4)
   * @param blue weight of blue in luma
   * @param fullRange luma spans 0 to 255, else 16 to 235
   * @param width samples of luma in a row
   */
  public JfifRows(double red, double blue, boolean fullRange, int width) {
    double toGreen = (1 - TO_RED - TO_BLUE) / (1 - red - blue);
    // What the colours have beyond luma, of Cb and of Cr, weighed anew.
    double ofCb = 2 * (1 - blue) * (TO_BLUE - toGreen * blue);
    double ofCr = 2 * (1 - red) * (TO_RED - toGreen * red);
    double chromaSpan = fullRange ? 1 : 255.0 / 224;
    lumaOffset = fullRange ? 0 : 16;
    lumaOfLuma = fixed(fullRange ? 1 : 255.0 / 219);
    lumaOfCb = fixed(chromaSpan * ofCb);
    lumaOfCr = fixed(chromaSpan * ofCr);
    cbOfCb = fixed(chromaSpan * (2 * (1 - blue) - ofCb) / (2 * (1 - TO_BLUE)));
    cbOfCr = fixed(chromaSpan * -ofCr / (2 * (1 - TO_BLUE)));
    crOfCb = fixed(chromaSpan * -ofCb / (2 * (1 - TO_RED)));
    crOfCr = fixed(chromaSpan * (2 * (1 - red) - ofCr) / (2 * (1 - TO_RED)));
    int chromaWidth = (width + 1) / 2;
    blueness = new int[chromaWidth];
    redness = new int[chromaWidth];
    wide = new int[width];
    ofChroma = new int[2 * chromaWidth];
  }

  private static int fixed(double factor) {
    return Math.toIntExact(Math.round(factor * ONE));
  }

  /** Converts a row of chroma in place; the rows of luma that follow take their colour from it. */
  public void chroma(byte[] cb, byte[] cr) {
    widen(cb, blueness);
    widen(cr, redness);
    takeColour();
    convertChroma();
    narrow(blueness, cb);
    narrow(redness, cr);
  }

  /** Converts a row of luma in place. */
  public void luma(byte[] luma) {
    widen(luma, wide);
    convertLuma();
    narrow(wide, luma);
  }

  // A loop for each step: only then does the compiler use vector instructions, which take a third
  // of the time.

  private static void widen(byte[] samples, int[] wide) {
    for (int x = 0; x < wide.length; x++) {
      wide[x] = samples[x] & 0xff;
    }
  }

  private static void narrow(int[] wide, byte[] samples) {
    for (int x = 0; x < wide.length; x++) {
      samples[x] = (byte) wide[x];
    }
  }

  /** What luma takes of chroma, column by column. */
  private void takeColour() {
    for (int x = 0; x < blueness.length; x++) {
      int luma =
          (blueness[x] - 128) * lumaOfCb
              + (redness[x] - 128) * lumaOfCr
              - lumaOffset * lumaOfLuma
              + HALF;
      ofChroma[2 * x] = luma;
      ofChroma[2 * x + 1] = luma;
    }
  }

  private void convertChroma() {
    for (int x = 0; x < blueness.length; x++) {
      int cb = blueness[x] - 128;
      int cr = redness[x] - 128;
      blueness[x] = clipped(cb * cbOfCb + cr * cbOfCr + 128 * ONE + HALF);
      redness[x] = clipped(cb * crOfCb + cr * crOfCr + 128 * ONE + HALF);
    }
  }

  private void convertLuma() {
    for (int x = 0; x < wide.length; x++) {
      wide[x] = clipped(wide[x] * lumaOfLuma + ofChroma[x]);
    }
  }

  private static int clipped(int fixed) {
    return Math.max(0, Math.min(255, fixed >> BITS));
  }
}
