// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** How pictures are wanted, said alike for one and for many. Confined to one thread. */
final class PictureOption {

  @Option(
      names = "--width",
      defaultValue = "",
      paramLabel = "PIXELS",
      description = "Not wider than this.")
  private String width = "";

  @Option(
      names = "--height",
      defaultValue = "",
      paramLabel = "PIXELS",
      description = "Not higher than this.")
  private String height = "";

  @Option(
      names = "--quality",
      defaultValue = "",
      paramLabel = "1-100",
      description = "Of a JPEG (default: 85).")
  private String quality = "";

  @Option(
      names = "--nearest",
      defaultValue = "frame",
      paramLabel = "WHICH",
      description =
          "frame, the very picture of the instant, or keyframe, the key frame before it, which is"
              + " faster (default: ${DEFAULT-VALUE}).")
  private String nearest = "frame";

  /**
   * The query of a request for such pictures.
   *
   * @param parameters what else it says, names and values in turn
   */
  String query(String... parameters) {
    List<String> all = new ArrayList<>(Arrays.asList(parameters));
    all.addAll(List.of("width", width, "height", height, "quality", quality, "nearest", nearest));
    return Server.query(all.toArray(String[]::new));
  }
}
