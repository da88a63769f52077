// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Bytes;
import dev.weir.model.Rotation;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * A decoded 4:2:0 picture of 8 bits, for decoders that bring no image writer of their own. Confined
 * to one thread.
 */
public final class PlanarPicture {

  private static final int HIGH_DEFINITION_LINES = 720;
  private static final int COMPONENTS = 3;

  /** The samples of one colour component. Its array is not copied: the caller gives it up. */
  public static final class Plane {

    private final byte[] samples;
    private final int stride;
    private final int offset;
    private final int bias;

    /**
     * A plane.
     *
     * @param stride from row to row
     * @param offset of the first sample shown
     * @param bias what the bytes lack: 128 when they are signed, else 0
     */
    public Plane(byte[] samples, int stride, int offset, int bias) {
      this.samples = samples;
      this.stride = stride;
      this.offset = offset;
      this.bias = bias;
    }

    int at(int x, int y) {
      return (samples[offset + y * stride + x] + bias) & 0xff;
    }

    /** Copies the beginning of a row. */
    void copy(int y, byte[] row) {
      int from = offset + y * stride;
      for (int x = 0; x < row.length; x++) {
        row[x] = (byte) (samples[from + x] + bias);
      }
    }
  }

  private final int width;
  private final int height;
  private final Plane luma;
  private final Plane cb;
  private final Plane cr;
  private final boolean fullRange;

  /** Kr and Kb of the matrix, in 1/10,000. */
  private final int redWeight;

  private final int blueWeight;

  /**
   * A picture.
   *
   * @param bt709 matrix BT.709, else BT.601
   * @param fullRange luma spans 0 to 255, else 16 to 235
   */
  public PlanarPicture(
      int width, int height, Plane luma, Plane cb, Plane cr, boolean bt709, boolean fullRange) {
    this.width = width;
    this.height = height;
    this.luma = luma;
    this.cb = cb;
    this.cr = cr;
    this.fullRange = fullRange;
    this.redWeight = bt709 ? 2126 : 2990;
    this.blueWeight = bt709 ? 722 : 1140;
  }

  /** Whether a picture of this height that states no matrix is taken for BT.709. */
  public static boolean isHighDefinition(int height) {
    return height >= HIGH_DEFINITION_LINES;
  }

  /** The image file that the request asks for. */
  public Picture encode(DecodeRequest request, long presentationTime) {
    PictureOutput output = request.output();
    PictureOutput.Size size = output.fit(width, height, request.video());
    boolean asDecoded =
        size.equals(new PictureOutput.Size(width, height))
            && request.video().rotation() == Rotation.NONE;
    if (asDecoded && output.format() == ImageFormat.JPEG) {
      return new Picture(jpeg(output.quality()), width, height, presentationTime);
    }
    BufferedImage image = turned(scale(rgb(), size), request.video().rotation());
    try {
      Bytes file =
          switch (output.format()) {
            case JPEG -> JpegFile.of(image, output.quality());
            case PNG -> png(image);
            case WEBP -> throw new IllegalArgumentException("WebP is FFmpeg's");
          };
      return new Picture(file, image.getWidth(), image.getHeight(), presentationTime);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made of luma and chroma as they are: by way of RGB it takes three times as long. */
  private Bytes jpeg(int quality) {
    try {
      return JpegBands.code(height, (top, rows) -> JpegFile.of(jfif(top, rows), quality));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some rows as JFIF fixes them, luma and chroma of each pixel. */
  private Raster jfif(int top, int rows) {
    var jfif = new JfifRows(redWeight / 10_000.0, blueWeight / 10_000.0, fullRange, width);
    var samples = new byte[rows * width * COMPONENTS];
    var cbRow = new byte[(width + 1) / 2];
    var crRow = new byte[(width + 1) / 2];
    var lumaRow = new byte[width];
    for (int y = 0; y < rows; y++) {
      if (y % 2 == 0) {
        cb.copy((top + y) / 2, cbRow);
        cr.copy((top + y) / 2, crRow);
        jfif.chroma(cbRow, crRow);
      }
      luma.copy(top + y, lumaRow);
      jfif.luma(lumaRow);
      int at = y * width * COMPONENTS;
      for (int x = 0; x < width; x++) {
        samples[at++] = lumaRow[x];
        samples[at++] = cbRow[x >> 1];
        samples[at++] = crRow[x >> 1];
      }
    }
    var buffer = new DataBufferByte(samples, samples.length);
    return Raster.createInterleavedRaster(
        buffer, width, rows, width * COMPONENTS, COMPONENTS, new int[] {0, 1, 2}, null);
  }

  /** To RGB in 16-bit fixed point; chroma is interpolated between its sites. */
  private BufferedImage rgb() {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int greenWeight = 10_000 - redWeight - blueWeight;
    int lumaOffset = fullRange ? 0 : 16;
    int lumaSpan = fullRange ? 255 : 219;
    int chromaSpan = fullRange ? 255 : 224;
    long one = 1L << 16;
    long lumaScale = one * 255 / lumaSpan;
    // Chroma values come in as sixteenths.
    long crToRed = one * 255 * 2 * (10_000 - redWeight) / 10_000 / chromaSpan / 16;
    long cbToBlue = one * 255 * 2 * (10_000 - blueWeight) / 10_000 / chromaSpan / 16;
    long crToGreen = crToRed * redWeight / greenWeight;
    long cbToGreen = cbToBlue * blueWeight / greenWeight;
    var row = new int[width];
    var blueness = new int[width];
    var redness = new int[width];
    for (int y = 0; y < height; y++) {
      chroma(cb, y, blueness);
      chroma(cr, y, redness);
      for (int x = 0; x < width; x++) {
        long base = (luma.at(x, y) - lumaOffset) * lumaScale + one / 2;
        int red = clip(base + redness[x] * crToRed);
        int green = clip(base - redness[x] * crToGreen - blueness[x] * cbToGreen);
        int blue = clip(base + blueness[x] * cbToBlue);
        row[x] = (red << 16) | (green << 8) | blue;
      }
      image.getRaster().setDataElements(0, y, width, 1, row);
    }
    return image;
  }

  private static int clip(long value) {
    return Math.clamp(value >> 16, 0, 255);
  }

  /**
   * Sixteen times the chroma at the places of a row of luma, from 128 on: its sites lie on even
   * columns, halfway between two rows (H.264 figure 6-1).
   */
  private void chroma(Plane plane, int y, int[] row) {
    int lastX = (width + 1) / 2 - 1;
    int lastY = (height + 1) / 2 - 1;
    int near = y >> 1;
    int far = Math.clamp((y & 1) == 0 ? near - 1L : near + 1L, 0, lastY);
    int here = 3 * plane.at(0, near) + plane.at(0, far);
    for (int x = 0; x <= lastX; x++) {
      int next = x < lastX ? 3 * plane.at(x + 1, near) + plane.at(x + 1, far) : here;
      row[2 * x] = 4 * here - 128 * 16;
      if (2 * x + 1 < width) {
        row[2 * x + 1] = 2 * (here + next) - 128 * 16;
      }
      here = next;
    }
  }

  /** Halves as long as that is more than enough, so that no pixel is passed over. */
  private static BufferedImage scale(BufferedImage image, PictureOutput.Size size) {
    BufferedImage current = image;
    while (current.getWidth() != size.width() || current.getHeight() != size.height()) {
      int nextWidth = Math.max(size.width(), (current.getWidth() + 1) / 2);
      int nextHeight = Math.max(size.height(), (current.getHeight() + 1) / 2);
      var next = new BufferedImage(nextWidth, nextHeight, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = next.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(current, 0, 0, nextWidth, nextHeight, null);
      graphics.dispose();
      current = next;
    }
    return current;
  }

  private static BufferedImage turned(BufferedImage image, Rotation rotation) {
    if (rotation == Rotation.NONE) {
      return image;
    }
    int right = image.getWidth() - 1;
    int bottom = image.getHeight() - 1;
    var size = new PictureOutput.Size(right + 1, bottom + 1).turned(rotation);
    var turned = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y <= bottom; y++) {
      for (int x = 0; x <= right; x++) {
        int pixel = image.getRGB(x, y);
        switch (rotation) {
          case NONE -> turned.setRGB(x, y, pixel);
          case RIGHT -> turned.setRGB(bottom - y, x, pixel);
          case AROUND -> turned.setRGB(right - x, bottom - y, pixel);
          case LEFT -> turned.setRGB(y, right - x, pixel);
        }
      }
    }
    return turned;
  }

  private static Bytes png(BufferedImage image) throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    ImageIO.write(image, "png", out);
    return Bytes.copyOf(out.toByteArray());
  }
}
