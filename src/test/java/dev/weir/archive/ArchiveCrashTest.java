// SPDX-License-Identifier: Apache-2.0
package dev.weir.archive;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Archives that end at every point of their work. A failure names its seed; {@code
 * -Dweir.crash.seed=N} runs that one alone.
 */
final class ArchiveCrashTest {

  private static final int SEEDS = 5000;
  private static final int LIVES = 4;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.weir");

  /** Thousands of crashes would write thousands of lines. */
  @BeforeEach
  void quiet() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void loud() {
    log.setLevel(null);
  }

  @Test
  void noPromiseIsBrokenByAnyCrash() {
    String one = System.getProperty("weir.crash.seed", "");
    int first = one.isEmpty() ? 0 : Integer.parseInt(one);
    int last = one.isEmpty() ? SEEDS : first + 1;
    var crashes = new AtomicInteger();
    var acknowledged = new AtomicInteger();
    var startsCut = new AtomicInteger();
    var forgotten = new AtomicInteger();
    var thinned = new AtomicInteger();
    IntStream.range(first, last)
        .parallel()
        .forEach(seed -> {
          var history = new ArchiveHistory(seed);
          try {
            for (int life = 0; life < LIVES; life++) {
              history.live();
              history.verify();
            }
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
          }
          crashes.addAndGet(history.crashes());
          acknowledged.addAndGet(history.acknowledged());
          startsCut.addAndGet(history.startsCut());
          forgotten.addAndGet(history.forgotten());
          thinned.addAndGet(history.thinned());
        });
    System.out.println(
        "archive: "
            + crashes
            + " crashes, "
            + startsCut
            + " of them while starting, "
            + acknowledged
            + " fragments acknowledged, "
            + forgotten
            + " forgotten, "
            + thinned
            + " thinned");
    // A test in which nothing happens proves nothing.
    if (one.isEmpty()) {
      assertThat(crashes.get()).isGreaterThan(SEEDS * LIVES / 2);
      assertThat(startsCut.get()).isGreaterThan(SEEDS / 20);
      assertThat(acknowledged.get()).isGreaterThan(SEEDS * 3);
      assertThat(forgotten.get()).isGreaterThan(SEEDS / 4);
      assertThat(thinned.get()).isGreaterThan(SEEDS / 4);
    }
  }
}
