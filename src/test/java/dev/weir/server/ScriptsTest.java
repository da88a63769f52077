// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** The jar here is none, so that what is asked for fails at once. */
  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "--version"})
  void whoAsksForHelpWaitsForNoArchiveOfClasses(String asked, @TempDir Path root)
      throws IOException {
    for (Path script : scripts()) {
      Path copy = root.resolve(script.toString());
      Files.createDirectories(copy.getParent());
      Files.copy(script, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createFile(Files.createDirectory(root.resolve("target")).resolve("weir.jar"));
    String weir = root.resolve("scripts/weir").toString();
    try (Program program = Program.start(List.of(weir, "serve", asked))) {
      assertThat(program.await(30)).isNotZero();
      assertThat(program.errors()).contains("weir.jar").doesNotContain("quick starts");
    }
    try (Program program = Program.start(List.of(weir, "serve", "--data", "nowhere"))) {
      assertThat(program.await(30)).isNotZero();
      assertThat(program.errors()).contains("quick starts");
    }
  }

  @Test
  void benchSaysWhatItCanMeasure() {
    try (Program bench = Program.start(List.of("scripts/bench", "nonsense"))) {
      assertThat(bench.await(30)).isEqualTo(2);
      assertThat(bench.errors())
          .isEqualTo(
              "usage: scripts/bench ingest|playback|memory|persist|persist-held|restart|frames [N]\n");
    }
  }
}
