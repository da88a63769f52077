// SPDX-License-Identifier: Apache-2.0
package dev.weir.kinesis.video;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.MediaTime;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Times of the API, which are seconds since 1970 with a fraction, as nanoseconds. Stateless. */
final class Times {

  /** The year 2262, beyond which nanoseconds no longer fit. */
  private static final BigDecimal LATEST_SECONDS = BigDecimal.valueOf(9_223_372_036L);

  private Times() {}

  /** UTC nanoseconds of a number of seconds. */
  static long nanos(String path, JsonNode seconds) {
    return nanos(path, seconds.decimalValue());
  }

  static long nanos(String path, BigDecimal seconds) {
    if (seconds.abs().compareTo(LATEST_SECONDS) > 0) {
      throw Rule.broken(path, "must be a time between 1678 and 2262");
    }
    return seconds.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
  }

  /** Seconds, to the millisecond. */
  static BigDecimal seconds(long nanos) {
    return BigDecimal.valueOf(Math.floorDiv(nanos, MediaTime.NANOS_PER_MILLI), 3);
  }
}
