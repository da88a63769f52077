// SPDX-License-Identifier: Apache-2.0
package dev.weir.examples;

import dev.weir.hooks.FrameListener;
import dev.weir.hooks.Listening;
import dev.weir.hooks.SeenFrame;
import dev.weir.playback.frame.FrameForm;
import dev.weir.server.WeirServer;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Notes where pictures of a stream differ from the one before: a record of type {@code motion} for
 * each. Confined to the thread that listens.
 */
final class MotionDetector implements FrameListener {

  private static final Duration EVERY = Duration.ofMillis(500);

  /** Mean difference of a pixel's brightness, of 255, from which on something has moved. */
  private static final int MOVED = 4;

  private final WeirServer weir;
  private final Map<String, int[]> last = new HashMap<>();

  private MotionDetector(WeirServer weir) {
    this.weir = weir;
  }

  /** Looks at streams, twice a second of them, until the answer is closed. */
  static Listening watch(WeirServer weir, String streams) {
    var small = new FrameForm(false, 80, 160, 160);
    return weir.hooks().listen("motion", streams, EVERY, small, new MotionDetector(weir));
  }

  @Override
  public void onFrame(SeenFrame frame) throws IOException {
    int[] now = brightness(frame);
    int[] before = last.put(frame.stream(), now);
    if (before != null && before.length == now.length) {
      long difference = 0;
      for (int i = 0; i < now.length; i++) {
        difference += Math.abs(now[i] - before[i]);
      }
      long mean = difference / now.length;
      if (mean >= MOVED) {
        weir.addRecord(frame.stream(), frame.time(), EVERY, "motion", Map.of("difference", mean));
      }
    }
  }

  private static int[] brightness(SeenFrame frame) throws IOException {
    BufferedImage colours = ImageIO.read(new ByteArrayInputStream(frame.image().toArray()));
    var grey =
        new BufferedImage(colours.getWidth(), colours.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    grey.createGraphics().drawImage(colours, 0, 0, null);
    Raster raster = grey.getRaster();
    return raster.getSamples(0, 0, grey.getWidth(), grey.getHeight(), 0, (int[]) null);
  }
}
