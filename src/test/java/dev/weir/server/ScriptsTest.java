// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in {@code scripts}: sound shell, and answers to wrong usage. */
final class ScriptsTest {

  static List<Path> scripts() throws IOException {
    try (var files = Files.walk(Path.of("scripts"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void aScriptIsShellThatParsesAndCanBeRunUnlessItIsSourced(Path script) throws IOException {
    Program.run("bash", "-n", script.toString());
    boolean sourced = script.startsWith("scripts/lib");
    assertThat(Files.isExecutable(script)).isEqualTo(!sourced);
    assertThat(Files.readString(script).startsWith("#!/usr/bin/env bash\n")).isEqualTo(!sourced);
  }

  @Test
  void benchSaysWhatItCanMeasure() {
    try (Program bench = Program.start(List.of("scripts/bench", "nonsense"))) {
      assertThat(bench.await(30)).isEqualTo(2);
      assertThat(bench.errors())
          .isEqualTo("usage: scripts/bench ingest|playback|memory|persist|restart|frames [N]\n");
    }
  }
}
