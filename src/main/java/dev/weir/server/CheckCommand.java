// SPDX-License-Identifier: Apache-2.0
package dev.weir.server;

import dev.weir.archive.Archive;
import dev.weir.archive.DiskArchive;
import dev.weir.model.CheckReport;
import dev.weir.server.cli.Json;
import dev.weir.server.cli.ProgressBar;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir check}: walks the store's invariants over a data folder that no server uses. */
@Command(
    name = "check",
    description = "Verify every record of a data folder, and that catalog and files agree.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  weir check", "  weir check --data /srv/weir"})
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print what was found as JSON.")
  private boolean json;

  @Option(
      names = "--repair",
      description = {
        "Make damaged files anew of what proves itself. What does not becomes a gap,",
        "and the file as it was goes into lost+found/, as does a file's copy on another",
        "disk: nothing is deleted. Of fragments with one place in the live order the",
        "newest keeps it."
      })
  private boolean repair;

  @Override
  public Integer call() {
    ProgressBar bar = ProgressBar.on(spec.commandLine().getErr());
    try (Archive archive = DiskArchive.open(data.existing(), InstantSource.system())) {
      CheckReport report = archive.check((done, total) -> bar.update(done, total, "files"));
      bar.clear();
      report.failures().forEach(spec.commandLine().getErr()::println);
      print(report, spec.commandLine().getOut());
      if (repair && report.repairable()) {
        archive.repair(report);
        CheckReport again = archive.check();
        spec.commandLine().getErr().println(repaired(report));
        return again.failures().isEmpty() ? 0 : 1;
      }
      return report.failures().isEmpty() ? 0 : 1;
    }
  }

  private static String repaired(CheckReport report) {
    return report.damaged().size()
        + " files made anew and "
        + report.strays().size()
        + " copies taken away, all kept in lost+found; "
        + report.contested().size()
        + " live orders put right";
  }

  private void print(CheckReport report, PrintWriter out) {
    if (json) {
      var object =
          Json.object()
              .put("files", report.files())
              .put("fragments", report.fragments())
              .put("bytes", report.bytes());
      report.failures().forEach(object.putArray("failures")::add);
      out.println(object);
      return;
    }
    out.println(
        report.files()
            + " files, "
            + report.fragments()
            + " fragments, "
            + report.bytes()
            + " bytes, "
            + report.failures().size()
            + " failures");
  }
}
