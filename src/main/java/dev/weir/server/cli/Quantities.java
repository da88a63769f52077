// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import java.util.Locale;

/** Sizes and times as people read them. Stateless. */
public final class Quantities {

  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB"};

  private Quantities() {}

  /** Bytes with three digits or so: {@code 999 B}, {@code 1.2 MB}; a thousand is a thousand. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** Seconds and milliseconds: {@code 8.021 s}. */
  public static String seconds(long millis) {
    return String.format(Locale.ROOT, "%d.%03d s", millis / 1000, millis % 1000);
  }
}
