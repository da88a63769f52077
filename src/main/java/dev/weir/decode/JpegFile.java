// SPDX-License-Identifier: Apache-2.0
package dev.weir.decode;

import dev.weir.model.Bytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
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
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ImageIO.setUseCache(false);
      var bytes = new ByteArrayOutputStream();
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality / 100f);
      try (var out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), settings);
      }
      return Bytes.copyOf(bytes.toByteArray());
    } finally {
      writer.dispose();
    }
  }
}
