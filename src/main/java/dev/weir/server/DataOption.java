// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.ArchiveOptions;
import dev.weir.server.cli.ConfigOption;
import dev.weir.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --data}: the data folders a command works on. */
final class DataOption {

  @Option(
      names = "--data",
      defaultValue = "weir-data",
      split = ",",
      paramLabel = "FOLDER",
      description =
          "Data folder; given again or with commas, one for each disk (default: ${DEFAULT-VALUE}).")
  private List<Path> folders;

  /** Read before the others, by Configuration. */
  @Mixin
  @SuppressWarnings("UnusedVariable")
  private ConfigOption config;

  List<Path> folders() {
    return folders;
  }

  ArchiveOptions archive() {
    return ArchiveOptions.of(folders, StoreOptions.DEFAULT);
  }
}
