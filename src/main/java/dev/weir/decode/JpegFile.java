// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Bytes;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Writes a picture in memory as a JPEG with what comes with Java. Stateless. */
public final class JpegFile {

  private JpegFile() {}

  /**
   * The file.
   *
   * @param quality 1 to 100
   */
  public static Bytes of(BufferedImage image, int quality) throws IOException {
    return write(quality, (writer, settings) -> new IIOImage(image, null, null));
  }

  /**
   * The file of samples that are as JFIF fixes them already.
   *
   * @param samples luma and both chromas of each pixel; chroma is written for two by two of them
   */
  static Bytes of(Raster samples, int quality) throws IOException {
    var colours = ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
    return write(
        quality,
        (writer, settings) ->
            new IIOImage(samples, null, writer.getDefaultImageMetadata(colours, settings)));
  }

  private interface Content {
    IIOImage of(ImageWriter writer, ImageWriteParam settings);
  }

  private static Bytes write(int quality, Content content) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ImageIO.setUseCache(false);
      var bytes = new ByteArrayOutputStream();
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      try (var out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, content.of(writer, settings), settings);
      }
      return Bytes.copyOf(bytes.toByteArray());
    } finally {
      writer.dispose();
    }
  }
}
