// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.storyboard;

import dev.weir.model.InvalidArgument;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the pictures of a range lie: tiles of one size in rows of {@value #COLUMNS}, at most
 * {@value #MOST_TILES} a sheet. Immutable.
 *
 * @param range producer time, not empty
 * @param everyNs from tile to tile, positive
 * @param tileWidth pixels
 */
public record SheetPlan(TimeRange range, long everyNs, int tileWidth) {

  public static final int MOST_TILES = 100;
  public static final int COLUMNS = 10;

  /** A list of sheets is no longer than this. */
  private static final int MOST_SHEETS = 1000;

  /**
   * @throws InvalidArgument when there would be too many sheets
   */
  public SheetPlan {
    long tiles = Math.ceilDiv(range.toNs() - range.fromNs(), everyNs);
    if (tiles > (long) MOST_TILES * MOST_SHEETS) {
      throw new InvalidArgument(
          "too many pictures", "every", "at most " + MOST_TILES * MOST_SHEETS, tiles + "");
    }
  }

  /** How many tiles there are. */
  public int tiles() {
    return (int) Math.ceilDiv(range.toNs() - range.fromNs(), everyNs);
  }

  /** The instant of a tile. */
  long instantNs(int tile) {
    return range.fromNs() + tile * everyNs;
  }

  /** The plans of single sheets. */
  List<SheetPlan> sheets() {
    var sheets = new ArrayList<SheetPlan>();
    for (int first = 0; first < tiles(); first += MOST_TILES) {
      long toNs = Math.min(range.toNs(), instantNs(first + MOST_TILES));
      sheets.add(new SheetPlan(new TimeRange(instantNs(first), toNs), everyNs, tileWidth));
    }
    return sheets;
  }
}
