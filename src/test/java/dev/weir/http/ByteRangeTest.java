// SPDX-License-Identifier: Apache-2.0
package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.ByteRange.Partial;
import dev.weir.http.ByteRange.Unsatisfiable;
import dev.weir.http.ByteRange.Whole;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {

  private static final String BEYOND_64_BITS = "99999999999999999999999";

  private static ByteRange.Outcome of(String header) {
    return ByteRange.of(Optional.of(header), 100);
  }

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, 1",
    "10-, 10, 100",
    "10-19, 10, 20",
    "99-200, 99, 100",
    "-30, 70, 100",
    "-200, 0, 100",
    "0-" + BEYOND_64_BITS + ", 0, 100",
    "-" + BEYOND_64_BITS + ", 0, 100"
  })
  void aRangeThatMeetsTheBytesIsCutToThem(String range, long from, long end) {
    assertThat(of("bytes=" + range)).isEqualTo(new Partial(new ByteRange(from, end)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"100-", "100-200", "-0", BEYOND_64_BITS + "-"})
  void aRangeBeyondTheEndIsUnsatisfiable(String range) {
    assertThat(of("bytes=" + range)).isEqualTo(new Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "20-10", "0-1,5-6", "a-b", "0 - 1"})
  void whatIsNoRangeIsAnsweredWithTheWhole(String range) {
    assertThat(of("bytes=" + range)).isEqualTo(new Whole());
  }
}
