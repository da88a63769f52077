// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.storyboard;

import dev.weir.decode.JpegFile;
import dev.weir.model.Bytes;
import dev.weir.model.NotFound;
import dev.weir.playback.frame.Frame;
import dev.weir.playback.frame.FrameSeries;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Draws a sheet: each tile shows the key frame before its instant. Tiles of a hole repeat the one
 * before; no cue names them. Stateless.
 */
final class SheetPicture {

  private static final int QUALITY = 75;

  private SheetPicture() {}

  /**
   * The sheet as a JPEG.
   *
   * @param series the key frames of the sheet's range, as small as a tile
   * @throws NotFound when there is none
   */
  static Bytes draw(SheetPlan plan, FrameSeries series) {
    NavigableMap<Long, BufferedImage> pictures = new TreeMap<>();
    for (Optional<Frame> next = series.next(); next.isPresent(); next = series.next()) {
      pictures.put(next.get().producerTimeNs(), image(next.get()));
    }
    if (pictures.isEmpty()) {
      throw new NotFound("no picture was recorded then", "from, to", "a range with video", "none");
    }
    int tileHeight = pictures.firstEntry().getValue().getHeight();
    int columns = Math.min(SheetPlan.COLUMNS, plan.tiles());
    int rows = Math.ceilDiv(plan.tiles(), SheetPlan.COLUMNS);
    var sheet =
        new BufferedImage(
            columns * plan.tileWidth(), rows * tileHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    for (int tile = 0; tile < plan.tiles(); tile++) {
      BufferedImage picture = pictureOf(pictures, plan, tile);
      if (picture != null) {
        int x = tile % SheetPlan.COLUMNS * plan.tileWidth();
        int y = tile / SheetPlan.COLUMNS * tileHeight;
        graphics.drawImage(picture, x, y, plan.tileWidth(), tileHeight, null);
      }
    }
    graphics.dispose();
    try {
      return JpegFile.of(sheet, QUALITY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key frame stands until the next; one just after the instant is nearer than none. */
  private static @Nullable BufferedImage pictureOf(
      NavigableMap<Long, BufferedImage> pictures, SheetPlan plan, int tile) {
    long instantNs = plan.instantNs(tile);
    var before = pictures.floorEntry(instantNs);
    if (before != null) {
      return before.getValue();
    }
    var after = pictures.ceilingEntry(instantNs);
    return after != null && after.getKey() < instantNs + plan.everyNs() ? after.getValue() : null;
  }

  private static BufferedImage image(Frame frame) {
    try {
      return ImageIO.read(new ByteArrayInputStream(frame.file().toArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
