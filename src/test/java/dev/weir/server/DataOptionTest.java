// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.CommandRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataOptionTest {

  @TempDir Path folder;

  @Test
  void aServerThatIsToldWhichFolderItIsDoesNotStartOnAnEmptyOne() {
    CommandRun run =
        CommandRun.of(
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            folder.toString(),
            "--data-id",
            "6e3b1c1e-4a1c-4b5e-9a58-0d5ad2b7a001");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).contains("6e3b1c1e-4a1c-4b5e-9a58-0d5ad2b7a001", "mounted");
    assertThat(folder).isEmptyDirectory();
  }
}
