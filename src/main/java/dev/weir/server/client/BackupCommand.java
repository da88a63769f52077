// SPDX-License-Identifier: Apache-2.0
package dev.weir.server.client;

import dev.weir.server.cli.ProgressBar;
import dev.weir.server.cli.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir backup}: the catalog of a running server, as a file. */
@Command(
    name = "backup",
    description = {
      "Save the catalog of a running server.",
      "It is an index: the recordings are the files of the data folder, which any tool copies while the",
      "server runs, and from which reindex makes a catalog too."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir backup -o catalog.zip"})
public final class BackupCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "File to write.")
  private Path output;

  @Mixin private ServerOption server;

  @Override
  public Integer call() throws IOException {
    try (Server asked = server.open()) {
      var _ =
          new Download(asked, ProgressBar.on(spec.commandLine().getErr())).to(output, "/v1/backup");
    }
    spec.commandLine().getOut().println(output + ": " + Quantities.bytes(Files.size(output)));
    return 0;
  }
}
