// SPDX-License-Identifier: Apache-2.0
package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Servers that end at every point of their work. A failure names its seed; {@code
 * -Dweir.crash.seed=N} runs that one alone.
 */
final class CrashTest {

  private static final int SEEDS = 1500;
  private static final int LIVES = 3;

  private final Logger log = (Logger) LoggerFactory.getLogger(StoreEvents.class);

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
  void whatWasAcknowledgedSurvivesEveryCrash() throws Exception {
    String one = System.getProperty("weir.crash.seed", "");
    int first = one.isEmpty() ? 0 : Integer.parseInt(one);
    int last = one.isEmpty() ? SEEDS : first + 1;
    int crashes = 0;
    int acknowledged = 0;
    int recoveriesCut = 0;
    for (int seed = first; seed < last; seed++) {
      var history = new CrashHistory(seed);
      try {
        for (int life = 0; life < LIVES; life++) {
          history.live();
          history.verify();
        }
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
      crashes += history.crashes();
      acknowledged += history.acknowledged();
      recoveriesCut += history.recoveriesCut();
    }
    // A test in which nothing happens proves nothing.
    if (one.isEmpty()) {
      assertThat(crashes).isGreaterThan(SEEDS * LIVES / 2);
      assertThat(recoveriesCut).isGreaterThan(SEEDS / 20);
      assertThat(acknowledged).isGreaterThan(SEEDS * 3);
    }
  }
}
