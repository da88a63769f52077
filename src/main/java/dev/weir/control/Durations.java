// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.InvalidArgument;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}, {@code 7d}.
 * Stateless.
 */
public final class Durations {

  private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,12})(ms|s|m|h|d)");

  /** A century: far below what 64 bits of nanoseconds hold, so that times can be added to it. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  /**
   * Reads a duration; {@code 0} needs no unit.
   *
   * @param name the setting or parameter, for the error
   * @throws InvalidArgument when the text is no duration
   */
  public static Duration parse(String name, String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidArgument(
          "invalid duration", name, "a whole number and ms, s, m, h or d", text);
    }
    Duration duration = of(Long.parseLong(matcher.group(1)), matcher.group(2));
    if (duration.abs().compareTo(LONGEST) > 0) {
      throw new InvalidArgument("invalid duration", name, "at most " + format(LONGEST), text);
    }
    return duration;
  }

  private static Duration of(long value, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(value);
      case "s" -> Duration.ofSeconds(value);
      case "m" -> Duration.ofMinutes(value);
      case "h" -> Duration.ofHours(value);
      default -> Duration.ofDays(value);
    };
  }

  /** The shortest way to write a duration of whole milliseconds. */
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    if (ms == 0) {
      return "0";
    }
    if (ms % 86_400_000 == 0) {
      return ms / 86_400_000 + "d";
    }
    if (ms % 3_600_000 == 0) {
      return ms / 3_600_000 + "h";
    }
    if (ms % 60_000 == 0) {
      return ms / 60_000 + "m";
    }
    return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
  }
}
