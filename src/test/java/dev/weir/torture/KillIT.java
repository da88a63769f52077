// SPDX-License-Identifier: Apache-2.0
package dev.weir.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/torture}. */
final class KillIT {

  private static final long SEED = Long.getLong("weir.kill.seed", 20261126);

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedPlaysAfterTwentyKills() throws Exception {
    Torture.Report report = new Torture(10, 20, SEED, System.out).run(folder);
    assertThat(report.clean()).as("%s, seed %d", report, SEED).isTrue();
    assertThat(report.acknowledged()).isGreaterThan(100);
    assertThat(report.packets()).isGreaterThan(report.acknowledged() * 20);
  }
}
