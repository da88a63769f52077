// SPDX-License-Identifier: Apache-2.0
package dev.weir.control;

import dev.weir.model.Durability;
import dev.weir.model.InvalidArgument;
import java.time.Duration;
import java.util.Map;

/**
 * What can be set of a stream. Immutable.
 *
 * @param retention how long media is kept by server time; zero sets no limit
 * @param maxBytes how much is kept; zero sets no limit. With neither limit media is kept for ever,
 *     even when the disk fills up
 * @param durability when a producer hears that a fragment is kept
 * @param priority when room must be made, media of streams with a lower one goes first; 0 to 9
 * @param thinAfter age by server time after which of the video only key frames stay; zero never
 * @param targetDuration target duration of media segments; kept once a live playlist has stated it
 * @param producerClockOffset added to times that come from the producer's clock
 */
public record StreamSettings(
    Duration retention,
    long maxBytes,
    String mediaType,
    Map<String, String> tags,
    String description,
    Durability durability,
    int priority,
    Duration thinAfter,
    Duration targetDuration,
    Duration producerClockOffset) {

  public static final StreamSettings DEFAULT =
      new StreamSettings(
          Duration.ZERO,
          0,
          "",
          Map.of(),
          "",
          Durability.FSYNC,
          5,
          Duration.ZERO,
          Duration.ofSeconds(6),
          Duration.ZERO);

  /**
   * @throws InvalidArgument when a value is out of range
   */
  public StreamSettings {
    tags = Map.copyOf(tags);
    require("retention", !retention.isNegative(), "zero or more", retention);
    require("maxBytes", maxBytes >= 0, "zero or more", maxBytes);
    require("priority", priority >= 0 && priority <= 9, "0 to 9", priority);
    require("thinAfter", !thinAfter.isNegative(), "zero or more", thinAfter);
    boolean target =
        targetDuration.compareTo(Duration.ofSeconds(1)) >= 0
            && targetDuration.compareTo(Duration.ofSeconds(60)) <= 0;
    require("targetDuration", target, "1s to 60s", targetDuration);
    require("tags", tags.size() <= 50, "at most 50", tags.size());
    require(
        "description",
        description.length() <= 1024,
        "at most 1024 characters",
        description.length());
  }

  private static void require(String name, boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new InvalidArgument("stream setting", name, expected, String.valueOf(actual));
    }
  }

  /** How long a stream that is kept in memory reaches back, as in Kinesis Video Streams. */
  private static final Duration IN_MEMORY_RETENTION = Duration.ofMinutes(5);

  private static final long IN_MEMORY_BYTES = 200_000_000;

  /** The retention that holds: in memory it is short, whatever was set. */
  Duration effectiveRetention() {
    return durability == Durability.MEMORY ? IN_MEMORY_RETENTION : retention;
  }

  /** The most bytes that hold. */
  long effectiveMaxBytes() {
    return durability == Durability.MEMORY ? IN_MEMORY_BYTES : maxBytes;
  }

  /** Whether anything of it may go by age or bytes, or to make room. */
  boolean isLimited() {
    return !effectiveRetention().isZero() || effectiveMaxBytes() > 0;
  }
}
