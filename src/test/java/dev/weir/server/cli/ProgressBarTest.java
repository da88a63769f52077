// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressBarTest {

  private static final String ERASE = "\r\u001b[K";

  private final StringWriter drawn = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  private ProgressBar bar(boolean watched) {
    return new ProgressBar(new PrintWriter(drawn), watched, nanos::get);
  }

  @Test
  void nothingIsDrawnWhenNobodyWatches() {
    ProgressBar bar = bar(false);
    bar.update(1, 2, "half");
    bar.clear();
    assertThat(drawn.toString()).isEmpty();
  }

  @Test
  void itIsDrawnOverItselfAtMostFiveTimesASecond() {
    ProgressBar bar = bar(true);
    bar.update(0, 200, "a");
    bar.update(50, 200, "b");
    nanos.addAndGet(200_000_000);
    bar.update(100, 200, "c");
    assertThat(drawn.toString())
        .isEqualTo(
            ERASE
                + "[------------------------]   0 %  a"
                + ERASE
                + "[############------------]  50 %  c");
  }

  @Test
  void withoutATotalOnlyTheNoteIsDrawn() {
    bar(true).update(5, 0, "5 files");
    assertThat(drawn.toString()).isEqualTo(ERASE + "5 files");
  }

  @Test
  void aLineIsPrintedInItsPlaceAndItIsDrawnAgainBelow() {
    var out = new StringWriter();
    ProgressBar bar = bar(true);
    bar.update(2, 1, "over");
    bar.println(new PrintWriter(out), "news");
    bar.update(2, 1, "over");
    bar.clear();
    bar.clear();
    String full = "[########################] 100 %  over";
    assertThat(drawn.toString()).isEqualTo(ERASE + full + ERASE + ERASE + full + ERASE);
    assertThat(out.toString()).isEqualTo("news" + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.0 kB",
    "999949,999.9 kB",
    "999950,1.0 MB",
    "1234567890,1.2 GB",
    "9223372036854775807,9223.4 PB"
  })
  void sizesHaveAFewDigits(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0.000 s", "8021,8.021 s", "3600000,3600.000 s"})
  void timesHaveMilliseconds(long millis, String text) {
    assertThat(Quantities.seconds(millis)).isEqualTo(text);
  }
}
