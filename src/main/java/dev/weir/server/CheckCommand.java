// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.Archive;
import dev.weir.archive.ArchiveOptions;
import dev.weir.archive.CheckReport;
import dev.weir.archive.DiskArchive;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir check}: walks the store's invariants over a data folder that no server uses. */
@Command(
    name = "check",
    description = "Verify every record of a data folder, and that catalog and files agree.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      defaultValue = "weir-data",
      paramLabel = "FOLDER",
      description = "Data folder (default: ./${DEFAULT-VALUE}).")
  private Path data;

  @Override
  public Integer call() {
    try (Archive archive = DiskArchive.open(ArchiveOptions.of(data), InstantSource.system())) {
      CheckReport report = archive.check();
      report.failures().forEach(failure -> spec.commandLine().getErr().println(failure));
      spec.commandLine()
          .getOut()
          .println(
              report.files()
                  + " files, "
                  + report.fragments()
                  + " fragments, "
                  + report.bytes()
                  + " bytes, "
                  + report.failures().size()
                  + " failures");
      return report.failures().isEmpty() ? 0 : 1;
    } catch (WeirException e) {
      spec.commandLine().getErr().println("weir: " + e.getMessage());
      return 1;
    }
  }
}
