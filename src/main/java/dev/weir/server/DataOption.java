// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.ArchiveOptions;
import dev.weir.server.cli.CommandFailed;
import dev.weir.server.cli.ConfigOption;
import dev.weir.store.DataFolders;
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

  @Option(
      names = "--data-id",
      defaultValue = "",
      split = ",",
      paramLabel = "IDENTITY",
      description = {
        "Identity that a data folder must have, as serve prints it: with one stated, an empty",
        "mount point is refused and not taken for a new folder."
      })
  private List<String> identities;

  /** Read before the others, by Configuration. */
  @Mixin
  @SuppressWarnings("UnusedVariable")
  private ConfigOption config;

  /**
   * @throws dev.weir.model.StorageFailure when a folder with a stated identity is not there
   */
  List<Path> folders() {
    DataFolders.require(
        folders, identities.stream().filter(identity -> !identity.isEmpty()).toList());
    return folders;
  }

  /**
   * For commands that look at what is there: a name by mistake must not become a new folder.
   *
   * @throws CommandFailed when a folder is no data folder
   */
  ArchiveOptions existing() {
    for (Path folder : folders) {
      if (!DataFolders.isDataFolder(folder)) {
        throw new CommandFailed(folder + " is no data folder");
      }
    }
    return archive();
  }

  ArchiveOptions archive() {
    return ArchiveOptions.of(folders(), StoreOptions.DEFAULT);
  }
}
