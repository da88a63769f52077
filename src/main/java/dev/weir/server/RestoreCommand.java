// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.CatalogBackup;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir restore}: puts a backup of the catalog back. */
@Command(
    name = "restore",
    description = {
      "Put a backup of the catalog into a data folder that no server uses.",
      "The one that is there is set aside. The next start adopts files that the backup does not know."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir restore catalog.zip --data /srv/weir"})
final class RestoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What weir backup wrote.")
  private Path backup;

  @Mixin private DataOption data;

  @Override
  public Integer call() {
    CatalogBackup.restore(backup, data.existing())
        .ifPresent(old -> spec.commandLine().getOut().println("old catalog: " + old));
    return 0;
  }
}
